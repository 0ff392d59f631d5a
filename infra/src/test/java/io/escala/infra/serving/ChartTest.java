package io.escala.infra.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The chart as the Helm that deploys renders it. */
class ChartTest {
  private static final Map<String, Object> VALUES =
      Map.ofEntries(
          Map.entry(
              "image", "111122223333.dkr.ecr.eu-west-1.amazonaws.com/e@sha256:" + "a".repeat(64)),
          Map.entry("models", "digits,wine,bank@20261123T194500Z-1a2b3c4d"),
          Map.entry("modelsUri", "s3://escala-bucket/models"),
          Map.entry("region", "eu-west-1"),
          Map.entry("vpcCidr", "10.0.0.0/16"),
          Map.entry("protocol", "HTTPS"),
          Map.entry("callers", "203.0.113.0/24,198.51.100.7/32"),
          Map.entry("port", 443),
          Map.entry("minReplicas", 2),
          Map.entry("maxReplicas", 10),
          Map.entry("cpu", "1"),
          Map.entry("memory", "1Gi"));

  @TempDir Path folder;
  private Path chart;
  private Path values;
  private Helm helm;

  @BeforeEach
  void write() throws IOException {
    chart = folder.resolve("chart");
    ChartWriter.write(chart);
    values = folder.resolve("values.json");
    Files.writeString(values, new ObjectMapper().writeValueAsString(VALUES));
    helm = new Helm(Files.createDirectory(folder.resolve("helm")));
  }

  @Test
  void shouldBeTheSameAtEachBuild() throws IOException {
    assertThat(ChartWriter.files()).isEqualTo(ChartWriter.files());
    Path built = Path.of(System.getProperty("escala.root"), "infra/target/chart");
    for (Map.Entry<String, String> file : ChartWriter.files().entrySet()) {
      assertThat(built.resolve(file.getKey())).hasContent(file.getValue());
    }
  }

  @Test
  void shouldPassHelmsOwnLint() throws Exception {
    assertThat(helm.run("version", "--short").output()).startsWith("v4.2.3");
    assertThat(helm.run("lint", "--strict", chart.toString(), "-f", values.toString()))
        .satisfies(run -> assertThat(run.code()).as(run.output()).isZero());
  }

  @Test
  void shouldRenderWhatKubernetesKnowsAndOurRulesAllow() throws Exception {
    // when
    List<JsonNode> documents = helm.template(chart, values);

    // then
    assertThat(documents)
        .extracting(document -> document.path("kind").asText())
        .containsExactlyInAnyOrder(
            "Deployment",
            "HorizontalPodAutoscaler",
            "PodDisruptionBudget",
            "ServiceAccount",
            "Service",
            "Service",
            "Ingress",
            "NetworkPolicy",
            "NetworkPolicy",
            "NetworkPolicy",
            "NetworkPolicy",
            "Job",
            "Job");
    assertThat(new ChartRules(documents).faults()).isEmpty();
  }

  @Test
  void shouldPutEachValueInItsPlace() throws Exception {
    // when
    List<JsonNode> documents = helm.template(chart, values);
    JsonNode server = of(documents, "Deployment").at("/spec/template/spec/containers/0");
    JsonNode autoscaler = of(documents, "HorizontalPodAutoscaler").path("spec");
    JsonNode annotations = of(documents, "Ingress").at("/metadata/annotations");

    // then
    assertThat(server.path("args").toString())
        .contains("\"--model=digits,wine,bank@20261123T194500Z-1a2b3c4d\"")
        .contains("\"--models=/app/models\",\"--models=s3://escala-bucket/models\"");
    assertThat(server.at("/resources/requests").toString())
        .isEqualTo("{\"cpu\":\"1\",\"memory\":\"1Gi\"}");
    assertThat(autoscaler.path("minReplicas").intValue()).isEqualTo(2);
    assertThat(autoscaler.path("maxReplicas").intValue()).isEqualTo(10);
    assertThat(annotations.path("alb.ingress.kubernetes.io/listen-ports").asText())
        .isEqualTo("[{\"HTTPS\": 443}]");
    assertThat(annotations.path("alb.ingress.kubernetes.io/inbound-cidrs").asText())
        .isEqualTo("203.0.113.0/24,198.51.100.7/32");
    assertThat(documents.toString()).contains("\"cidr\":\"10.0.0.0/16\"").doesNotContain("{{");
  }

  @Test
  void shouldUseEachValueAndAskForNoOther() throws IOException {
    // given
    Matcher used = Pattern.compile("\\.Values\\.(\\w+)").matcher(ChartWriter.files().toString());

    // then
    assertThat(used.results().map(result -> result.group(1)).distinct())
        .containsExactlyInAnyOrderElementsOf(VALUES.keySet());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "image       | repository:latest | does not match pattern",
        "models      | bank@7            | does not match pattern",
        "cpu         | 0                 | does not match pattern",
        "callers     | everybody         | does not match pattern",
        "protocol    | FTP               | does not match pattern",
        "minReplicas | many              | want integer",
        "color       | blue              | color"
      })
  void shouldRefuseValuesThatCannotWork(String key, String value, String complaint)
      throws Exception {
    // given
    Map<String, Object> wrong = new HashMap<>(VALUES);
    wrong.put(key, value);
    Files.writeString(values, new ObjectMapper().writeValueAsString(wrong));

    // when
    Helm.Run run = helm.run("template", "escala", chart.toString(), "-f", values.toString());

    // then
    assertThat(run.code()).isNotZero();
    assertThat(run.output()).contains(key).contains(complaint);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "deployment | minReadySeconds: 20             | minReadySecond: 20         | minReadySecond",
        "deployment | revisionHistoryLimit: 5         | revisionHistoryLimit: five | NumberFormatException",
        "deployment | readOnlyRootFilesystem: true    | readOnlyRootFilesystem: false | escala may write to /",
        "deployment | runAsNonRoot: true              | runAsNonRoot: false        | escala may run as root",
        "deployment | cpu: \"{{ .Values.cpu }}\"      | storage: 1Gi               | escala requests no cpu",
        "deployment | maxUnavailable: 0               | maxUnavailable: 1          | a rollout may take replicas away",
        "deployment | path: /v2/health/live           | path: /v2/health/ready     | livenessProbe does not ask",
        "deployment | revisionHistoryLimit: 5         | replicas: 2                | replicas are set",
        "deployment | terminationGracePeriodSeconds: 60 | terminationGracePeriodSeconds: 30 | killed before it is drained",
        "scaling    | kind: Deployment                | kind: StatefulSet          | the autoscaler does not scale",
        "scaling    | maxReplicas                     | maximumReplicas            | maximumReplicas",
        "scaling    | app.kubernetes.io/name: escala\\n  unhealthy | app.kubernetes.io/name: other\\n  unhealthy | PodDisruptionBudget escala does not select",
        "access     | app.kubernetes.io/component: server\\n    app.kubernetes.io/name: escala\\n  type | app: other\\n  type | Service escala does not select",
        "access     | ingressClassName: escala-alb    | ingressClass: escala-alb   | ingressClass",
        "access     | name: http\\n        path        | name: https\\n        path  | the Ingress leads to a Service",
        "network-policies | - Egress\\n---              | - Egress\\n  egress: [{}]\\n--- | nothing denies",
        "checks     | backoffLimit                    | backofLimit                | backofLimit",
        "checks     | post-install,post-upgrade       | test                       | nothing checks a release"
      })
  void shouldFindWhatIsWrong(String template, String text, String other, String fault)
      throws Exception {
    // given
    Path file = chart.resolve("templates/" + template + ".yaml");
    String before = Files.readString(file);
    String after = before.replace(text.replace("\\n", "\n"), other.replace("\\n", "\n"));
    assertThat(after).isNotEqualTo(before);
    Files.writeString(file, after);

    // then
    assertThat(new ChartRules(helm.template(chart, values)).faults())
        .anyMatch(found -> found.contains(fault));
  }

  private static JsonNode of(List<JsonNode> documents, String kind) {
    return documents.stream()
        .filter(document -> document.path("kind").asText().equals(kind))
        .findFirst()
        .orElseThrow();
  }
}
