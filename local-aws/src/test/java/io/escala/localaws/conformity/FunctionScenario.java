package io.escala.localaws.conformity;

import static org.assertj.core.api.Assertions.assertThat;

import io.escala.localaws.Clients;
import java.util.List;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Stack;

/** A function with a version, an alias and an HTTP API before it. */
final class FunctionScenario {
  private static final String STACK =
      """
      {"Resources": {
        "Function": {"Type": "AWS::Lambda::Function", "Properties": {
          "FunctionName": "answers", "Description": "echoes", "MemorySize": 128, "Timeout": 20,
          "Runtime": "nodejs22.x", "Handler": "index.handler",
          "Role": "arn:aws:iam::000000000000:role/function",
          "Code": {"ZipFile": "exports.handler = async event => { if (event.fail) throw Error('told to'); return event }"},
          "Environment": {"Variables": {"LEVEL": "info"}},
          "TracingConfig": {"Mode": "Active"},
          "LoggingConfig": {"LogFormat": "JSON", "ApplicationLogLevel": "INFO", "LogGroup": "logs"},
          "Tags": [{"Key": "project", "Value": "escala"}]}},
        "Plain": {"Type": "AWS::Lambda::Function", "Properties": {
          "FunctionName": "plain", "Runtime": "nodejs22.x", "Handler": "index.handler",
          "Role": "arn:aws:iam::000000000000:role/function",
          "Code": {"ZipFile": "exports.handler = async () => 1"}}},
        "Version": {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "Function"}}},
        "Live": {"Type": "AWS::Lambda::Alias", "Properties": {
          "FunctionName": {"Ref": "Function"}, "Name": "live", "Description": "what is called",
          "FunctionVersion": {"Fn::GetAtt": ["Version", "Version"]}}},
        "Requests": {"Type": "AWS::SQS::Queue"},
        "Feed": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {
          "EventSourceArn": {"Fn::GetAtt": ["Requests", "Arn"]}, "FunctionName": {"Ref": "Live"},
          "FunctionResponseTypes": ["ReportBatchItemFailures"],
          "ScalingConfig": {"MaximumConcurrency": 2}}},
        "Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {
          "Name": "api", "Description": "asks", "ProtocolType": "HTTP",
          "CorsConfiguration": {"AllowOrigins": ["*"], "AllowMethods": ["POST"], "MaxAge": 60}}},
        "Bare": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {
          "Name": "bare", "ProtocolType": "HTTP"}},
        "Integration": {"Type": "AWS::ApiGatewayV2::Integration", "Properties": {
          "ApiId": {"Ref": "Api"}, "IntegrationType": "AWS_PROXY", "PayloadFormatVersion": "2.0",
          "IntegrationUri": {"Ref": "Live"}}},
        "Route": {"Type": "AWS::ApiGatewayV2::Route", "Properties": {
          "ApiId": {"Ref": "Api"}, "RouteKey": "POST /ask", "AuthorizationType": "AWS_IAM",
          "Target": {"Fn::Sub": "integrations/${Integration}"}}},
        "Stage": {"Type": "AWS::ApiGatewayV2::Stage", "Properties": {
          "ApiId": {"Ref": "Api"}, "StageName": "$default", "AutoDeploy": true}}},
       "Outputs": {"Feed": {"Value": {"Ref": "Feed"}}, "Api": {"Value": {"Ref": "Api"}}, "Bare": {"Value": {"Ref": "Bare"}}}}
      """;

  private static final String FUNCTIONS = "/2015-03-31/functions/";

  private static final String MAPPINGS = "/2015-03-31/event-source-mappings/";

  private FunctionScenario() {}

  static List<Answer> functions(String url) {
    return with(
        url,
        (raw, stack) ->
            List.of(
                raw.rest("lambda", "ListFunctions", FUNCTIONS, null),
                raw.rest("lambda", "GetFunction", FUNCTIONS + "answers", null),
                raw.rest("lambda", "GetFunction", FUNCTIONS + "plain", null),
                raw.rest(
                    "lambda",
                    "GetFunctionConfiguration",
                    FUNCTIONS + "answers/configuration",
                    null),
                raw.rest(
                    "lambda",
                    "PublishVersion",
                    FUNCTIONS + "answers/versions",
                    "{\"Description\": \"next\"}"),
                raw.rest("lambda", "ListVersionsByFunction", FUNCTIONS + "answers/versions", null),
                raw.rest("lambda", "ListAliases", FUNCTIONS + "answers/aliases", null),
                raw.rest("lambda", "GetAlias", FUNCTIONS + "answers/aliases/live", null),
                raw.rest("lambda", "GetAlias", FUNCTIONS + "answers/aliases/none", null),
                raw.rest("lambda", "ListEventSourceMappings", MAPPINGS, null),
                raw.rest("lambda", "GetEventSourceMapping", MAPPINGS + output(stack, "Feed"), null),
                invoke(raw, "{}", "X-Amz-Log-Type", "Tail"),
                invoke(raw, "{\"fail\": true}", "X-Amz-Log-Type", "None"),
                invoke(raw, "not json", "X-Amz-Log-Type", "None"),
                invoke(raw, "{}", "X-Amz-Invocation-Type", "Event"),
                invoke(raw, "{}", "X-Amz-Invocation-Type", "DryRun"),
                invoke(raw, "{}", "X-Amz-Invocation-Type", "Nix")));
  }

  static List<Answer> apis(String url) {
    return with(
        url,
        (raw, stack) -> {
          String api = "/v2/apis/" + output(stack, "Api");
          String bare = "/v2/apis/" + output(stack, "Bare");
          return List.of(
              raw.rest("apigatewayv2", "GetApis", "/v2/apis", null),
              raw.rest("apigatewayv2", "GetApi", api, null),
              raw.rest("apigatewayv2", "GetApi", bare, null),
              raw.rest("apigatewayv2", "GetApi", "/v2/apis/none", null),
              raw.rest("apigatewayv2", "GetRoutes", api + "/routes", null),
              raw.rest("apigatewayv2", "GetIntegrations", api + "/integrations", null),
              raw.rest("apigatewayv2", "GetStages", api + "/stages", null));
        });
  }

  private static Answer invoke(RawClient raw, String event, String header, String value) {
    return raw.rest(
        "lambda", "Invoke", FUNCTIONS + "answers:live/invocations", event, header, value);
  }

  @FunctionalInterface
  private interface Calls {
    List<Answer> make(RawClient raw, Stack stack);
  }

  private static List<Answer> with(String url, Calls calls) {
    CloudFormationClient stacks = Clients.client(CloudFormationClient.builder(), url);
    try {
      stacks.createStack(c -> c.stackName("Functions").templateBody(STACK));
      Stack stack = stacks.describeStacks(d -> d.stackName("Functions")).stacks().get(0);
      assertThat(stack.stackStatusAsString())
          .as(stacks.describeStackEvents(d -> d.stackName("Functions")).toString())
          .isEqualTo("CREATE_COMPLETE");
      return calls.make(new RawClient(url), stack);
    } finally {
      stacks.deleteStack(d -> d.stackName("Functions"));
      stacks.close();
    }
  }

  private static String output(Stack stack, String name) {
    return stack.outputs().stream()
        .filter(output -> output.outputKey().equals(name))
        .findFirst()
        .orElseThrow()
        .outputValue();
  }
}
