package io.escala.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CrdSchemaTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final CrdSchema spark;
  private final ObjectNode application;

  CrdSchemaTest() throws IOException {
    spark = CrdSchema.named("sparkapplication.json");
    SparkJobStep step = new SparkJobStep("train", "s3://b/job.jar", "train", Map.of("--a", "b"));
    application =
        JSON.valueToTree(
            SparkApplication.document(
                step, SparkTraffic.properties(), "image", 2, "default", "account"));
  }

  @Test
  void shouldAcceptAGoodDocument() {
    assertThat(spark.mistakes(application)).isEmpty();
  }

  @Test
  void shouldRefuseAnUnknownField() {
    // when
    spec("driver").put("core", 1);

    // then
    assertThat(spark.mistakes(application)).containsExactly("spec.driver.core is unknown");
  }

  @Test
  void shouldRefuseAMissingField() {
    // when
    ((ObjectNode) application.path("spec")).remove("sparkVersion");

    // then
    assertThat(spark.mistakes(application)).containsExactly("spec.sparkVersion is missing");
  }

  @Test
  void shouldRefuseAnotherType() {
    // when
    spec("driver").put("cores", "1");

    // then
    assertThat(spark.mistakes(application))
        .containsExactly("spec.driver.cores is no integer: \"1\"");
  }

  @Test
  void shouldRefuseAValueThatIsNotAllowed() {
    // when
    ((ObjectNode) application.path("spec")).put("mode", "local");
    spec("driver").put("cores", 0);

    // then
    assertThat(spark.mistakes(application))
        .hasSize(2)
        .anyMatch(mistake -> mistake.startsWith("spec.mode is none of"))
        .anyMatch(mistake -> mistake.startsWith("spec.driver.cores is out of range"));
  }

  @Test
  void shouldRefuseAnotherKind() {
    // when
    JsonNode service = JSON.valueToTree(InferenceService.document("i", "s3://b", "n", "a"));

    // then
    assertThat(spark.mistakes(service))
        .contains(
            "apiVersion is not sparkoperator.k8s.io/v1beta2",
            "kind is not SparkApplication",
            "spec.predictor is unknown");
  }

  private ObjectNode spec(String part) {
    return (ObjectNode) application.path("spec").path(part);
  }
}
