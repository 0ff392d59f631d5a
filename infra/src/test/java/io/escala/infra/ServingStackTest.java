package io.escala.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.escala.infra.serving.Helm;
import io.escala.infra.serving.Official;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServingStackTest {
  private static final String CERTIFICATE =
      "arn:aws:acm:eu-west-1:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef";

  private final Template template = Synthesis.everything().get("EscalaServing");
  private final JsonNode release = template.only("Custom::AWSCDK-EKS-HelmChart");

  @TempDir Path folder;

  @Test
  void shouldNotBeThereWithoutACluster() {
    assertThat(Synthesis.standard()).doesNotContainKey("EscalaServing");
  }

  @Test
  void shouldReleaseSoThatWhatFailsIsTakenBack() {
    assertThat(release.path("Atomic").asBoolean()).isTrue();
    assertThat(release.path("Wait").asBoolean()).isTrue();
    assertThat(release.has("CreateNamespace")).isFalse();
    assertThat(release.path("Namespace").asText()).isEqualTo("escala");
    // Twice that, and the checks, within the function's 15 minutes
    assertThat(release.path("Timeout").asText()).isEqualTo("300s");
  }

  @Test
  void shouldGiveTheChartValuesThatItTakes() throws Exception {
    // given
    ObjectMapper json = new ObjectMapper();
    String text =
        template
            .text(release.path("Values"))
            .replace("${Image.ImageUri}", "e@sha256:" + "a".repeat(64))
            .replace("${AWS::Region}", "eu-west-1")
            .replaceAll("\\$\\{Vpc[^}]*}", "10.0.0.0/16")
            .replace("${Bucket}", "escala-bucket");
    assertThat(text).doesNotContain("${");
    Path values = Files.writeString(folder.resolve("values.json"), text);
    Path chart = Path.of(System.getProperty("escala.root"), "infra/target/chart");

    // when
    List<JsonNode> documents =
        new Helm(Files.createDirectory(folder.resolve("helm"))).template(chart, values);

    // then
    assertThat(documents).hasSize(13);
    assertThat(json.readTree(text).path("models").asText()).isEqualTo("digits,wine");
    assertThat(json.readTree(text).path("callers").asText()).isEqualTo("10.0.0.0/16");
    assertThat(json.readTree(text).path("protocol").asText()).isEqualTo("HTTP");
  }

  /** All but {@code IngressClassParams}, a kind of EKS's own, of which no model is published. */
  @Test
  void shouldApplyOnlyDocumentsThatKubernetesOwnModelsTake() throws Exception {
    // given
    List<JsonNode> documents = new ArrayList<>();
    for (JsonNode resource : template.resources("Custom::AWSCDK-EKS-KubernetesResource").values()) {
      new ObjectMapper()
          .readTree(template.text(resource.at("/Properties/Manifest")))
          .forEach(documents::add);
    }

    // then
    assertThat(documents)
        .extracting(document -> document.path("kind").asText())
        .containsExactlyInAnyOrder("ConfigMap", "IngressClass", "IngressClassParams", "Namespace");
    assertThat(documents)
        .filteredOn(document -> !document.path("kind").asText().equals("IngressClassParams"))
        .allSatisfy(document -> assertThat(Official.fault(document)).isEmpty());
  }

  @Test
  void shouldLetPodsReadModelsAndNothingElse() {
    assertThat(Statement.of(template))
        .filteredOn(statement -> statement.policy().equals("PodsRole"))
        .extracting(Statement::actions, Statement::resources)
        .containsExactlyInAnyOrder(
            tuple(List.of("kms:Decrypt"), List.of("${Key.Arn}")),
            tuple(List.of("s3:GetObject"), List.of("${Bucket.Arn}/models/*")),
            tuple(List.of("s3:ListBucket"), List.of("${Bucket.Arn}")));
    assertThat(Statement.of(template))
        .extracting(Statement::policy)
        .containsOnly("PodsRole", "ImageRole");
    JsonNode association = template.only("AWS::EKS::PodIdentityAssociation");
    assertThat(association.path("Namespace").asText()).isEqualTo("escala");
    assertThat(association.path("ServiceAccount").asText()).isEqualTo("escala");
  }

  @Test
  void shouldMakeWhatTheReleaseNeedsFirstAndDeleteItAfterwards() {
    // given
    Dependencies dependencies = new Dependencies(template);
    String id = template.resources("Custom::AWSCDK-EKS-HelmChart").keySet().iterator().next();

    // then
    assertThat(dependencies.circular()).isEmpty();
    assertThat(dependencies.of(id))
        .anyMatch(needed -> needed.startsWith("Namespace"))
        .anyMatch(needed -> needed.startsWith("LoadBalancers"))
        .anyMatch(needed -> needed.startsWith("Image"))
        .containsAll(template.resources("AWS::EKS::PodIdentityAssociation").keySet());
  }

  @Test
  void shouldLeaveNoNamespaceToTheHandlerToDelete() {
    assertThat(template.all().values())
        .filteredOn(StorageStackTest::isRetained)
        .singleElement()
        .satisfies(
            kept ->
                assertThat(kept.at("/Properties/Manifest").toString())
                    .contains("\\\"kind\\\":\\\"Namespace\\\"")
                    .contains("pod-security.kubernetes.io/enforce\\\":\\\"restricted"));
  }

  @Test
  void shouldKeepTheLoadBalancerInsideTheNetworkUnlessAsked() {
    assertThat(manifests(template)).contains("\"scheme\":\"internal\"").doesNotContain("0.0.0.0");
    assertThat(template.root().toString()).doesNotContain("0.0.0.0/0");
    assertThat(Synthesis.everything().get("EscalaNetwork").resources("AWS::EC2::InternetGateway"))
        .isEmpty();
  }

  @Test
  void shouldFaceTheInternetWithACertificateAndAnAllowList() {
    // when
    Map<String, Template> stacks =
        Synthesis.with(
            Map.of(
                "kubernetes.enabled", "true",
                "kubernetes.serving.internetFacing", "true",
                "kubernetes.serving.certificateArn", CERTIFICATE,
                "kubernetes.serving.callers", "203.0.113.0/24",
                "kubernetes.serving.models", "bank@20261123T194500Z-1a2b3c4d"));
    Template serving = stacks.get("EscalaServing");
    String values = serving.text(serving.only("Custom::AWSCDK-EKS-HelmChart").path("Values"));

    // then
    assertThat(manifests(serving))
        .contains("\"certificateARNs\":[\"" + CERTIFICATE + "\"]")
        .contains("\"scheme\":\"internet-facing\"");
    assertThat(values)
        .contains("\"callers\":\"203.0.113.0/24\"")
        .contains("\"protocol\":\"HTTPS\"")
        .contains("\"port\":443")
        .contains("\"models\":\"digits,wine,bank@20261123T194500Z-1a2b3c4d\"");
    assertThat(stacks.get("EscalaNetwork").resources("AWS::EC2::InternetGateway")).hasSize(1);
    assertThat(stacks.get("EscalaNetwork").resources("AWS::EC2::NatGateway")).isEmpty();
    assertThat(stacks.get("EscalaNetwork").resources("AWS::EC2::Subnet").values())
        .extracting(
            subnet -> subnet.at("/Properties/CidrBlock").asText(),
            subnet -> subnet.toString().contains("kubernetes.io/role/elb"))
        .containsExactlyInAnyOrder(
            tuple("10.0.0.0/18", false),
            tuple("10.0.64.0/18", false),
            tuple("10.0.128.0/18", true),
            tuple("10.0.192.0/18", true));
    assertThat(Synthesis.everything().get("EscalaNetwork").resources("AWS::EC2::Subnet").values())
        .extracting(subnet -> subnet.at("/Properties/CidrBlock").asText())
        .as("where they are without a load balancer, too")
        .containsExactlyInAnyOrder("10.0.0.0/18", "10.0.64.0/18");
  }

  private static String manifests(Template template) {
    StringBuilder all = new StringBuilder();
    template
        .resources("Custom::AWSCDK-EKS-KubernetesResource")
        .values()
        .forEach(manifest -> all.append(template.text(manifest.at("/Properties/Manifest"))));
    return all.toString();
  }
}
