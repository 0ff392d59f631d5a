package io.escala.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InferenceStackTest {
  private final Template template = Synthesis.standard().get("EscalaInference");
  private final JsonNode function = template.only("AWS::Lambda::Function");

  @Test
  void shouldRunTheHandlerOnJava25() {
    assertThat(function.path("Runtime").asText()).isEqualTo("java25");
    assertThat(function.path("Handler").asText())
        .isEqualTo("io.escala.lambda.InferenceHandler::handleRequest");
    assertThat(function.path("Architectures").get(0).asText()).isEqualTo("x86_64");
    assertThat(function.path("MemorySize").asInt()).isEqualTo(1769);
    assertThat(function.path("Timeout").asInt()).isEqualTo(20);
  }

  @Test
  void shouldShipTheZipOfTheConfiguredProcessor() {
    // when
    JsonNode onArm =
        Synthesis.with(Map.of("inference.architecture", "arm64"))
            .get("EscalaInference")
            .only("AWS::Lambda::Function");

    // then
    assertThat(onArm.path("Architectures").get(0).asText()).isEqualTo("arm64");
    assertThat(onArm.at("/Code/S3Key").asText())
        .endsWith(".zip")
        .isNotEqualTo(function.at("/Code/S3Key").asText());
  }

  @Test
  void shouldStartFromASnapshotOnlyIfToldTo() {
    // when
    JsonNode snapped =
        Synthesis.with(Map.of("inference.snapStart", "true"))
            .get("EscalaInference")
            .only("AWS::Lambda::Function");

    // then
    assertThat(function.has("SnapStart")).isFalse();
    assertThat(snapped.at("/SnapStart/ApplyOn").asText()).isEqualTo("PublishedVersions");
  }

  @Test
  void shouldTellTheHandlerWhereModelsAre() {
    assertThat(function.at("/Environment/Variables")).hasSize(2);
    assertThat(template.text(function.at("/Environment/Variables/ESCALA_MODELS_URI")))
        .isEqualTo("s3://${Bucket}/models");
    assertThat(function.at("/Environment/Variables/ESCALA_MODELS").asText()).isEqualTo("bank");
  }

  @Test
  void shouldOwnItsLogGroupAndLetItExpire() {
    assertThat(template.text(function.at("/LoggingConfig/LogGroup"))).isEqualTo("${Logs}");
    assertThat(template.only("AWS::Logs::LogGroup").path("RetentionInDays").asInt()).isEqualTo(14);
  }

  @Test
  void shouldAnswerThroughTheAliasAndNeverThroughTheUnpublishedFunction() {
    // given
    JsonNode alias = template.only("AWS::Lambda::Alias");

    // then
    assertThat(alias.path("Name").asText()).isEqualTo("live");
    assertThat(alias.at("/FunctionVersion/Fn::GetAtt/1").asText()).isEqualTo("Version");
    assertThat(
            template.text(template.only("AWS::ApiGatewayV2::Integration").path("IntegrationUri")))
        .isEqualTo("${Live}");
    assertThat(template.text(template.only("AWS::Lambda::Permission").path("FunctionName")))
        .isEqualTo("${Live}");
    assertThat(
            template.only("AWS::ApiGatewayV2::Integration").path("PayloadFormatVersion").asText())
        .isEqualTo("2.0");
  }

  @Test
  void shouldLetOnlySignedRequestsPassOnEveryRoute() {
    assertThat(template.resources("AWS::ApiGatewayV2::Route").values())
        .isNotEmpty()
        .allSatisfy(
            route ->
                assertThat(route.at("/Properties/AuthorizationType").asText())
                    .isEqualTo("AWS_IAM"));
    assertThat(template.resources("AWS::Lambda::Url")).isEmpty();
  }

  @Test
  void shouldLetOnlyThisApiInvokeTheFunction() {
    // given
    JsonNode permission = template.only("AWS::Lambda::Permission");

    // then
    assertThat(permission.path("Principal").asText()).isEqualTo("apigateway.amazonaws.com");
    assertThat(template.text(permission.path("SourceArn")))
        .isEqualTo("arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/*");
  }

  @Test
  void shouldBoundTheRequestsASecond() {
    // given
    JsonNode stage = template.only("AWS::ApiGatewayV2::Stage");

    // then
    assertThat(stage.path("StageName").asText()).isEqualTo("$default");
    assertThat(stage.path("AutoDeploy").asBoolean()).isTrue();
    assertThat(stage.at("/DefaultRouteSettings/ThrottlingRateLimit").asInt()).isEqualTo(50);
    assertThat(stage.at("/DefaultRouteSettings/ThrottlingBurstLimit").asInt()).isEqualTo(100);
  }

  @Test
  void shouldTellItsAddressAsTheApiKnowsIt() {
    assertThat(template.text(template.output("ApiUrl"))).isEqualTo("${Api.ApiEndpoint}");
    assertThat(template.text(template.output("FunctionName"))).isEqualTo("${Function}");
  }
}
