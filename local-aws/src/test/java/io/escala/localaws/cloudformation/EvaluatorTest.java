package io.escala.localaws.cloudformation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluatorTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TEMPLATE =
      """
      {"Parameters": {"Stage": {"Type": "String", "Default": "dev"},
                      "Zones": {"Type": "CommaDelimitedList", "Default": "x, y"},
                      "Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/stored"}},
       "Mappings": {"Sizes": {"dev": {"count": 1, "names": ["a", "b"]}}},
       "Conditions": {"IsDev": {"Fn::Equals": [{"Ref": "Stage"}, "dev"]},
                      "IsProd": {"Fn::Not": [{"Condition": "IsDev"}]},
                      "Both": {"Fn::And": [{"Condition": "IsDev"}, {"Condition": "IsProd"}]},
                      "Either": {"Fn::Or": [{"Condition": "IsDev"}, {"Condition": "IsProd"}]}},
       "Resources": {"R": {"Type": "T", "Properties": {"P": %s}},
                     "Other": {"Type": "T"},
                     "ProdOnly": {"Type": "T", "Condition": "IsProd"}}}
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'Ref': 'Stage'} | 'dev'",
        "{'Ref': 'Zones'} | ['x','y']",
        "{'Ref': 'Stored'} | 'stored value'",
        "{'Ref': 'Other'} | 'other-id'",
        "{'Ref': 'AWS::AccountId'} | '000000000000'",
        "{'Fn::GetAtt': ['Other', 'Arn']} | 'Other.Arn'",
        "{'Fn::GetAtt': 'Other.End.Point'} | 'Other.End.Point'",
        "{'Fn::Sub': '${Stage}-${Other}-${Other.Arn}-${!Stage}-${AWS::Region}'} |"
            + " 'dev-other-id-Other.Arn-${Stage}-us-east-1'",
        "{'Fn::Sub': ['${A}$1${Stage}', {'A': {'Ref': 'Other'}}]} | 'other-id$1dev'",
        "{'Fn::Join': ['-', ['a', {'Ref': 'Stage'}, 3]]} | 'a-dev-3'",
        "{'Fn::Join': ['-', {'Ref': 'Zones'}]} | 'x-y'",
        "{'Fn::Select': [1, ['a', 'b']]} | 'b'",
        "{'Fn::Select': ['0', {'Fn::Split': ['/', 'p/q']}]} | 'p'",
        "{'Fn::Select': [1, {'Fn::GetAZs': ''}]} | 'us-east-1b'",
        "{'Fn::FindInMap': ['Sizes', {'Ref': 'Stage'}, 'count']} | 1",
        "{'Fn::FindInMap': ['Sizes', 'prod', 'count', {'DefaultValue': 7}]} | 7",
        "{'Fn::If': ['IsDev', 'yes', 'no']} | 'yes'",
        "{'Fn::If': ['Both', 'yes', 'no']} | 'no'",
        "{'Fn::If': ['Either', 'yes', 'no']} | 'yes'",
        "{'a': {'Fn::If': ['IsProd', 1, {'Ref': 'AWS::NoValue'}]}, 'b': 2} | {'b':2}",
        "[1, {'Ref': 'AWS::NoValue'}, 3] | [1,3]",
        "{'Fn::ImportValue': {'Fn::Sub': 'exp-${Stage}'}} | 'value of exp-dev'",
        "{'Fn::Base64': 'hello'} | 'aGVsbG8='",
        "{'Fn::Cidr': ['10.0.0.0/16', 3, 12]} | ['10.0.0.0/20','10.0.16.0/20','10.0.32.0/20']",
        "{'Fn::Length': [1, 2]} | 2",
        "{'Fn::ToJsonString': {'a': {'Ref': 'Stage'}}} | '{\\\"a\\\":\\\"dev\\\"}'",
        "'{{resolve:ssm:/stored}}!' | 'stored value!'",
        "{'Condition': {'StringEquals': 'x'}} | {'Condition':{'StringEquals':'x'}}"
      })
  void givesExpressionsTheirValues(String expression, String value) throws Exception {
    assertThat(evaluate(json(expression))).isEqualTo(JSON.readTree(json(value)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'Fn::Transform': {}} | does not handle the function Fn::Transform",
        "{'Fn::Sub': '${Nobody}'} | Unresolved resource dependencies [Nobody]",
        "{'Ref': 'Nobody'} | Unresolved resource dependencies [Nobody]",
        "{'Ref': 'ProdOnly'} | Unresolved resource dependencies [ProdOnly]",
        "{'Fn::GetAtt': ['Nobody', 'Arn']} | Unresolved resource dependencies [Nobody]",
        "{'Fn::Select': [2, ['a', 'b']]} | cannot select 2",
        "{'Fn::FindInMap': ['Sizes', 'prod', 'count']} | Sizes::prod::count",
        "{'Fn::If': ['Nothing', 1, 2]} | Unresolved condition Nothing",
        "{'Fn::ImportValue': 'missing'} | No export named missing found",
        "{'Fn::Cidr': ['10.0.0.0/30', 3, 8]} | too small",
        "{'Fn::Join': ['-', 'text']} | Fn::Join needs a list",
        "{'Fn::Sub': '${Zones}'} | Fn::Sub needs a text",
        "{'Fn::Equals': [1, 1]} | outside a condition",
        "'{{resolve:secretsmanager:x}}' | does not handle the dynamic reference"
      })
  void namesWhatIsWrong(String expression, String message) {
    assertThatThrownBy(() -> evaluate(json(expression))).hasMessageContaining(message);
  }

  @Test
  void leavesOutResourcesWhoseConditionDoesNotHold() {
    assertThat(evaluator(Template.parse(TEMPLATE.formatted("1"))).resources())
        .containsExactly("R", "Other");
  }

  @Test
  void checksRules() {
    // given what the CDK writes into every template
    String rule =
        """
        {"Parameters": {"V": {"Type": "String", "Default": "%s"}},
         "Rules": {"CheckVersion": {"Assertions": [{"AssertDescription": "too old",
           "Assert": {"Fn::Not": [{"Fn::Contains": [["1", "2"], {"Ref": "V"}]}]}}]}},
         "Resources": {"R": {"Type": "T"}}}
        """;

    // then
    evaluator(Template.parse(rule.formatted("33"))).checkRules();
    assertThatThrownBy(() -> evaluator(Template.parse(rule.formatted("2"))).checkRules())
        .hasMessageContaining("Rule CheckVersion failed: too old");
  }

  @Test
  void ordersResourcesByWhatTheyNeed() {
    // given
    Template template =
        Template.parse(
            json(
                "{'Resources': {'A': {'Type': 'T', 'Properties': {'x': {'Fn::Sub': '${B.Arn}'}}},"
                    + "'B': {'Type': 'T', 'DependsOn': ['C']}, 'C': {'Type': 'T'}}}"));

    // then
    assertThat(template.order(Set.of("A", "B", "C"))).containsExactly("C", "B", "A");
  }

  @Test
  void namesACircle() {
    // given
    Template template =
        Template.parse(
            json(
                "{'Resources': {'A': {'Type': 'T', 'Properties': {'x': {'Ref': 'B'}}},"
                    + "'B': {'Type': 'T', 'DependsOn': 'A'}, 'C': {'Type': 'T'}}}"));

    // then
    assertThatThrownBy(() -> template.order(Set.of("A", "B", "C")))
        .hasMessage("Circular dependency between resources: [A, B]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'Resources': {'A': {'Type': 'T'}}, 'Transform': 'AWS::Serverless'} => Transform",
        "{'Resources': {}} => At least one Resources member",
        "{'Resources': {'A': {'Type': 'T', 'UpdatePolicy': {}}}} => UpdatePolicy",
        "{'Resources': {'A': {'Type': 'T', 'DeletionPolicy': 'Snapshot'}}} => Snapshot",
        "{'Resources': {'A': {'Type': 'T', 'DependsOn': 'B'}}} => [B] in the DependsOn of A",
        "{'Resources': {'A-b': {'Type': 'T'}}} => A-b is non alphanumeric",
        "{'Resources': {'A': {}}} => must have a Type",
        "{'Resources': {'A': {'Type': 'T'}, 'A': {'Type': 'T'}}} => Duplicate field 'A'",
        "{'Resources': {'A': {'Type': 'T'}}, 'Outputs': {'O': {'Value': {'Ref': 'X'}}}} => [X]",
        "Resources: {} => JSON not well-formed"
      })
  void refusesATemplateThatItWouldNotDoInFull(String example) {
    // given
    String[] parts = example.split(" => ", -1);

    // then
    assertThatThrownBy(() -> Template.parse(json(parts[0]))).hasMessageContaining(parts[1]);
  }

  @Test
  void checksParameters() {
    // given
    Template template =
        Template.parse(
            json(
                "{'Parameters': {'P': {'Type': 'Number', 'MinValue': 3}}, 'Resources': {'A':"
                    + " {'Type': 'T'}}}"));

    // then
    assertThat(ParameterValues.of(template, Map.of("P", "4"), n -> Optional.empty()).given())
        .containsEntry("P", "4");
    assertThatThrownBy(() -> ParameterValues.of(template, Map.of(), n -> Optional.empty()))
        .hasMessage("Parameters: [P] must have values");
    assertThatThrownBy(() -> ParameterValues.of(template, Map.of("P", "2"), n -> Optional.empty()))
        .hasMessageContaining("'P' must be at least 3");
    assertThatThrownBy(
            () -> ParameterValues.of(template, Map.of("P", "4", "Q", "1"), n -> Optional.empty()))
        .hasMessageContaining("[Q] do not exist in the template");
  }

  private static JsonNode evaluate(String expression) {
    Template template = Template.parse(TEMPLATE.formatted(expression));
    return evaluator(template).properties("R").get("P");
  }

  private static Evaluator evaluator(Template template) {
    Map<String, JsonNode> pseudo =
        Map.of(
            "AWS::Region", TextNode.valueOf("us-east-1"),
            "AWS::AccountId", TextNode.valueOf("000000000000"));
    Evaluator.World world =
        new Evaluator.World() {
          @Override
          public JsonNode ref(String logicalId) {
            return TextNode.valueOf("other-id");
          }

          @Override
          public JsonNode attribute(String logicalId, String name) {
            return TextNode.valueOf(logicalId + "." + name);
          }

          @Override
          public Optional<String> exported(String name) {
            return List.of("missing").contains(name)
                ? Optional.empty()
                : Optional.of("value of " + name);
          }

          @Override
          public Optional<String> ssmParameter(String name) {
            return Optional.of("stored value");
          }
        };
    ParameterValues parameters = ParameterValues.of(template, Map.of(), world::ssmParameter);
    return new Evaluator(template, parameters.values(), pseudo, world);
  }

  private static String json(String quoted) {
    return quoted.replace('\'', '"');
  }
}
