package io.escala.localaws.cloudformation;

import static io.escala.localaws.cloudformation.Template.error;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Gives the expressions of a template their values.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html">intrinsic
 *     functions</a>
 */
final class Evaluator {
  /** What stands for a value that only the deployment will tell, in a change set's preview. */
  static final String UNKNOWN = "{{changeSet:KNOWN_AFTER_APPLY}}";

  static final Set<String> FUNCTIONS =
      Set.of(
          "Fn::GetAtt",
          "Fn::Sub",
          "Fn::Join",
          "Fn::Select",
          "Fn::Split",
          "Fn::GetAZs",
          "Fn::FindInMap",
          "Fn::If",
          "Fn::ImportValue",
          "Fn::Base64",
          "Fn::Cidr",
          "Fn::Length",
          "Fn::ToJsonString",
          "Fn::Equals",
          "Fn::And",
          "Fn::Or",
          "Fn::Not",
          "Fn::Contains");

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]*)\\}");
  private static final Pattern DYNAMIC = Pattern.compile("\\{\\{resolve:([^:}]+):([^}]+)\\}\\}");
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** What a stack's expressions can refer to outside the template. */
  interface World {
    /** What {@code Ref} gives for a resource. */
    JsonNode ref(String logicalId);

    /** What {@code Fn::GetAtt} gives. */
    JsonNode attribute(String logicalId, String name);

    /** The value of another stack's export. */
    Optional<String> exported(String name);

    /** The value of a parameter in Systems Manager. */
    Optional<String> ssmParameter(String name);
  }

  private final Template template;
  private final Map<String, JsonNode> parameters;
  private final Map<String, JsonNode> pseudo;
  private final World world;
  private final Map<String, Boolean> conditions = new HashMap<>();
  private final Set<String> conditionsUnderWay = new LinkedHashSet<>();
  private final Set<String> imports = new HashSet<>();

  Evaluator(
      Template template,
      Map<String, JsonNode> parameters,
      Map<String, JsonNode> pseudo,
      World world) {
    this.template = template;
    this.parameters = parameters;
    this.pseudo = pseudo;
    this.world = world;
  }

  /** The exports that were read so far. */
  Set<String> imports() {
    return imports;
  }

  /** The resources whose condition holds. */
  Set<String> resources() {
    Set<String> exists = new LinkedHashSet<>();
    for (String id : template.names("Resources")) {
      if (holds(template.resource(id))) {
        exists.add(id);
      }
    }
    return exists;
  }

  /** Whether the node's Condition holds; true for one without. */
  boolean holds(ObjectNode node) {
    return !node.has("Condition") || condition(node.get("Condition").asText());
  }

  /** A resource's properties. */
  ObjectNode properties(String logicalId) {
    return (ObjectNode) resolve(template.properties(logicalId));
  }

  /** Checks the Rules section. */
  void checkRules() {
    template
        .section("Rules")
        .properties()
        .forEach(
            entry -> {
              JsonNode rule = entry.getValue();
              if (rule.has("RuleCondition") && !truth(rule.get("RuleCondition"))) {
                return;
              }
              for (JsonNode assertion : rule.path("Assertions")) {
                if (!truth(assertion.path("Assert"))) {
                  throw error(
                      "Template error: Rule "
                          + entry.getKey()
                          + " failed: "
                          + assertion.path("AssertDescription").asText("no description"));
                }
              }
            });
  }

  /** The value of an expression; a missing node for {@code AWS::NoValue}. */
  JsonNode resolve(JsonNode node) {
    if (node instanceof ObjectNode object) {
      if (object.size() == 1) {
        String field = object.fieldNames().next();
        if (field.equals("Ref")) {
          return ref(object.get("Ref"));
        }
        if (field.startsWith("Fn::")) {
          return function(field, object.get(field));
        }
      }
      ObjectNode resolved = NODES.objectNode();
      object
          .properties()
          .forEach(
              entry -> {
                JsonNode value = resolve(entry.getValue());
                if (!value.isMissingNode()) {
                  resolved.set(entry.getKey(), value);
                }
              });
      return resolved;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode resolved = NODES.arrayNode();
      for (JsonNode item : array) {
        JsonNode value = resolve(item);
        if (!value.isMissingNode()) {
          resolved.add(value);
        }
      }
      return resolved;
    }
    return node.isTextual() ? dynamic(node.textValue()) : node;
  }

  private JsonNode dynamic(String text) {
    if (!text.contains("{{resolve:")) {
      return TextNode.valueOf(text);
    }
    Matcher matcher = DYNAMIC.matcher(text);
    StringBuilder resolved = new StringBuilder();
    while (matcher.find()) {
      if (!matcher.group(1).equals("ssm")) {
        throw error("local-aws does not handle the dynamic reference " + matcher.group());
      }
      String name = matcher.group(2);
      String value =
          world
              .ssmParameter(name)
              .orElseThrow(() -> error("Parameters: [" + name + "] cannot be found."));
      matcher.appendReplacement(resolved, Matcher.quoteReplacement(value));
    }
    return TextNode.valueOf(matcher.appendTail(resolved).toString());
  }

  private JsonNode ref(JsonNode argument) {
    String name = argument.asText();
    if (name.equals("AWS::NoValue")) {
      return MissingNode.getInstance();
    }
    if (pseudo.containsKey(name)) {
      return pseudo.get(name);
    }
    if (parameters.containsKey(name)) {
      return parameters.get(name);
    }
    requireResource(name);
    return world.ref(name);
  }

  private JsonNode attribute(String name, String attribute) {
    requireResource(name);
    return world.attribute(name, attribute);
  }

  private void requireResource(String name) {
    if (!template.section("Resources").has(name) || !holds(template.resource(name))) {
      throw error(
          "Template format error: Unresolved resource dependencies ["
              + name
              + "] in the Resources block of the template");
    }
  }

  private JsonNode function(String name, JsonNode argument) {
    return switch (name) {
      case "Fn::GetAtt" -> getAtt(argument);
      case "Fn::Sub" -> sub(argument);
      case "Fn::Join" -> join(list(name, argument, 2));
      case "Fn::Select" -> select(list(name, argument, 2));
      case "Fn::Split" -> split(list(name, argument, 2));
      case "Fn::GetAZs" -> zones(text(name, resolve(argument)));
      case "Fn::FindInMap" -> findInMap(argument);
      case "Fn::If" -> {
        JsonNode parts = list(name, argument, 3);
        yield resolve(parts.get(condition(parts.get(0).asText()) ? 1 : 2));
      }
      case "Fn::ImportValue" -> importValue(text(name, resolve(argument)));
      case "Fn::Base64" ->
          TextNode.valueOf(
              Base64.getEncoder().encodeToString(text(name, resolve(argument)).getBytes(UTF_8)));
      case "Fn::Cidr" -> cidr(resolve(argument));
      case "Fn::Length" -> IntNode.valueOf(resolve(argument).size());
      case "Fn::ToJsonString" -> TextNode.valueOf(resolve(argument).toString());
      case "Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not", "Fn::Contains" ->
          throw error(name + " stands outside a condition or rule");
      default -> throw error("local-aws does not handle the function " + name);
    };
  }

  private JsonNode getAtt(JsonNode argument) {
    if (argument.isTextual()) {
      String[] parts = argument.textValue().split("\\.", 2);
      if (parts.length == 2) {
        return attribute(parts[0], parts[1]);
      }
    } else if (argument.isArray() && argument.size() == 2) {
      return attribute(argument.get(0).asText(), text("Fn::GetAtt", resolve(argument.get(1))));
    }
    throw error("Template error: every Fn::GetAtt needs a resource and an attribute: " + argument);
  }

  private JsonNode sub(JsonNode argument) {
    JsonNode text = argument.isArray() ? argument.path(0) : argument;
    JsonNode own = argument.path(1);
    if (!text.isTextual() || (argument.isArray() && !(argument.size() == 2 && own.isObject()))) {
      throw error("Template error: Fn::Sub needs a text, or a text and a map: " + argument);
    }
    Matcher matcher = VARIABLE.matcher(text.textValue());
    StringBuilder result = new StringBuilder();
    while (matcher.find()) {
      String name = matcher.group(1).strip();
      String value;
      if (name.startsWith("!")) {
        value = "${" + name.substring(1) + "}";
      } else if (own.has(name)) {
        value = text("Fn::Sub", resolve(own.get(name)));
      } else if (name.contains(".")) {
        String[] parts = name.split("\\.", 2);
        value = text("Fn::Sub", attribute(parts[0], parts[1]));
      } else {
        value = text("Fn::Sub", ref(TextNode.valueOf(name)));
      }
      matcher.appendReplacement(result, Matcher.quoteReplacement(value));
    }
    return dynamic(matcher.appendTail(result).toString());
  }

  /** The names in a text of {@code Fn::Sub}, literals left out. */
  static List<String> substituted(String text) {
    List<String> names = new ArrayList<>();
    Matcher matcher = VARIABLE.matcher(text);
    while (matcher.find()) {
      String name = matcher.group(1).strip();
      if (!name.startsWith("!")) {
        names.add(name);
      }
    }
    return names;
  }

  private JsonNode join(JsonNode parts) {
    JsonNode items = resolve(parts.get(1));
    if (isUnknown(items)) {
      return items;
    }
    if (!items.isArray()) {
      throw error("Template error: Fn::Join needs a list, not " + items);
    }
    List<String> texts = new ArrayList<>();
    items.forEach(item -> texts.add(text("Fn::Join", item)));
    return dynamic(String.join(parts.get(0).asText(), texts));
  }

  private JsonNode select(JsonNode parts) {
    JsonNode items = resolve(parts.get(1));
    String index = text("Fn::Select", resolve(parts.get(0)));
    if (isUnknown(items)) {
      return items;
    }
    if (!items.isArray() || !index.matches("\\d{1,9}") || Integer.parseInt(index) >= items.size()) {
      throw error("Template error: Fn::Select cannot select " + index + " of " + items);
    }
    return items.get(Integer.parseInt(index));
  }

  private JsonNode split(JsonNode parts) {
    JsonNode source = resolve(parts.get(1));
    String delimiter = parts.get(0).asText();
    if (isUnknown(source)) {
      return source;
    }
    if (delimiter.isEmpty()) {
      throw error("Template error: Fn::Split needs a delimiter");
    }
    ArrayNode split = NODES.arrayNode();
    for (String part : text("Fn::Split", source).split(Pattern.quote(delimiter), -1)) {
      split.add(part);
    }
    return split;
  }

  private JsonNode zones(String region) {
    String name = region.isEmpty() ? pseudo.get("AWS::Region").asText() : region;
    return NODES.arrayNode().add(name + "a").add(name + "b").add(name + "c");
  }

  private JsonNode findInMap(JsonNode argument) {
    if (!argument.isArray() || argument.size() < 3 || argument.size() > 4) {
      throw error("Template error: Fn::FindInMap needs a map and two keys: " + argument);
    }
    String map = text("Fn::FindInMap", resolve(argument.get(0)));
    String first = text("Fn::FindInMap", resolve(argument.get(1)));
    String second = text("Fn::FindInMap", resolve(argument.get(2)));
    JsonNode found = template.section("Mappings").path(map).path(first).path(second);
    if (!found.isMissingNode()) {
      return found;
    }
    if (argument.path(3).has("DefaultValue")) {
      return resolve(argument.get(3).get("DefaultValue"));
    }
    throw error("Template error: Unable to get mapping for " + map + "::" + first + "::" + second);
  }

  private JsonNode importValue(String name) {
    imports.add(name);
    return TextNode.valueOf(
        world.exported(name).orElseThrow(() -> error("No export named " + name + " found.")));
  }

  private static JsonNode cidr(JsonNode argument) {
    Matcher block =
        Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+)\\.(\\d+)/(\\d+)")
            .matcher(argument.path(0).asText());
    int count = argument.path(1).asInt();
    int bits = argument.path(2).asInt(8);
    if (!block.matches() || count < 1 || count > 256 || bits < 1 || bits > 31) {
      throw error("Template error: Fn::Cidr cannot make blocks of " + argument);
    }
    long base = 0;
    for (int i = 1; i <= 4; i++) {
      base = (base << 8) | Integer.parseInt(block.group(i));
    }
    long size = 1L << bits;
    long room = 1L << (32 - Integer.parseInt(block.group(5)));
    base &= -room;
    if (count * size > room) {
      throw error("Template error: Fn::Cidr cannot make blocks of " + argument + ": too small");
    }
    ArrayNode blocks = NODES.arrayNode();
    for (int i = 0; i < count; i++) {
      long at = base + i * size;
      blocks.add(
          ((at >> 24) & 255)
              + "."
              + ((at >> 16) & 255)
              + "."
              + ((at >> 8) & 255)
              + "."
              + (at & 255)
              + "/"
              + (32 - bits));
    }
    return blocks;
  }

  private boolean condition(String name) {
    Boolean known = conditions.get(name);
    if (known != null) {
      return known;
    }
    JsonNode expression = template.section("Conditions").get(name);
    if (expression == null) {
      throw error("Template format error: Unresolved condition " + name);
    }
    if (!conditionsUnderWay.add(name)) {
      throw error(
          "Template format error: Circular dependency between conditions: " + conditionsUnderWay);
    }
    boolean value = truth(expression);
    conditionsUnderWay.remove(name);
    conditions.put(name, value);
    return value;
  }

  private boolean truth(JsonNode expression) {
    if (expression.isObject() && expression.size() == 1) {
      String name = expression.fieldNames().next();
      JsonNode argument = expression.get(name);
      return switch (name) {
        case "Condition" -> condition(argument.asText());
        case "Fn::Equals" ->
            same(resolve(list(name, argument, 2).get(0)), resolve(argument.get(1)));
        case "Fn::Not" -> !truth(list(name, argument, 1).get(0));
        case "Fn::And" -> parts(argument).allMatch(this::truth);
        case "Fn::Or" -> parts(argument).anyMatch(this::truth);
        case "Fn::Contains" -> {
          JsonNode value = resolve(list(name, argument, 2).get(1));
          yield parts(resolve(argument.get(0))).anyMatch(item -> same(item, value));
        }
        default -> throw error("local-aws does not handle " + name + " in a condition or rule");
      };
    }
    if (expression instanceof BooleanNode literal) {
      return literal.booleanValue();
    }
    throw error("Template error: " + expression + " is no condition");
  }

  private static Stream<JsonNode> parts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }

  private static boolean same(JsonNode a, JsonNode b) {
    return (a.isValueNode() && b.isValueNode()) ? a.asText().equals(b.asText()) : a.equals(b);
  }

  private static JsonNode list(String name, JsonNode argument, int size) {
    if (!argument.isArray() || argument.size() != size) {
      throw error("Template error: " + name + " needs a list of " + size + ": " + argument);
    }
    return argument;
  }

  private static String text(String name, JsonNode value) {
    if (!value.isValueNode()) {
      throw error("Template error: " + name + " needs a text, not " + value);
    }
    return value.asText();
  }

  static boolean isUnknown(JsonNode value) {
    return value.isTextual() && value.textValue().contains(UNKNOWN);
  }

  /** Whether a value that only the deployment will tell is anywhere inside. */
  static boolean hasUnknown(JsonNode value) {
    if (isUnknown(value)) {
      return true;
    }
    for (JsonNode child : value) {
      if (hasUnknown(child)) {
        return true;
      }
    }
    return false;
  }
}
