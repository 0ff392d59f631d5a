package io.escala.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.escala.infra.config.EscalaConfig;
import io.escala.infra.config.KubernetesConfig;
import io.escala.infra.config.NetworkConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;

class KubeflowStackTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ECR = "111122223333.dkr.ecr.eu-west-1.amazonaws.com";
  private static final Map<String, String> KEYS =
      Map.of(
          "kubernetes.enabled",
          "true",
          "kubernetes.mirror",
          ECR + "/mirror",
          "kubernetes.kserve",
          "true",
          "kubernetes.sparkOperator",
          "true",
          "kubernetes.sparkImage",
          ECR + "/spark:4.1.1");
  private static final String IMAGE = ECR + "/escala@sha256:" + "0".repeat(64);

  @TempDir static Path root;
  private static Map<String, Template> stacks;

  private final Template template = stacks.get("EscalaKubeflow");
  private final Dependencies dependencies = new Dependencies(template);

  @BeforeAll
  static void synthesize() throws IOException {
    Synthesis.fakeBuild(root);
    EscalaConfig config = Synthesis.config(KEYS, root);
    Artifacts artifacts = Artifacts.under(root, config);
    KubernetesConfig kubernetes = config.kubernetes().orElseThrow();
    App app =
        new App(
            AppProps.builder()
                .analyticsReporting(false)
                .context(Synthesis.contextOfCdkJson())
                .outdir(root.resolve("cdk.out").toString())
                .build());
    StorageStack storage = new StorageStack(app, "EscalaStorage", true, 14);
    Network network =
        Network.define(app, "EscalaNetwork", new NetworkConfig(2, Optional.empty()), false, 14);
    SparkStack spark =
        new SparkStack(app, "EscalaSpark", storage, network, config, artifacts.sparkJobJar());
    KubernetesStack cluster =
        new KubernetesStack(
            app,
            "EscalaKubernetes",
            storage,
            network,
            kubernetes,
            14,
            artifacts.kubectlLayer().orElseThrow());
    new KubeflowStack(app, "EscalaKubeflow", cluster, storage, spark, kubernetes, 3).serve(IMAGE);
    app.synth();
    stacks = Synthesis.read(root.resolve("cdk.out"));
  }

  @Test
  void shouldNotBeThereUnlessAsked() {
    assertThat(Synthesis.everything()).doesNotContainKey("EscalaKubeflow");
    assertThat(Synthesis.with(KEYS)).containsKey("EscalaKubeflow");
  }

  @Test
  void shouldServeThroughKServeWhatItsSchemaAllows() throws IOException {
    // given
    JsonNode service = document("InferenceService");
    JsonNode container = service.at("/spec/predictor/containers/0");

    // then
    assertThat(CrdSchema.named("inferenceservice.json").mistakes(service)).isEmpty();
    assertThat(service.at("/metadata/annotations/serving.kserve.io~1deploymentMode").asText())
        .isEqualTo("Standard");
    assertThat(container.path("name").asText()).isEqualTo("kserve-container");
    assertThat(container.path("image").asText()).isEqualTo(ECR + "/escala@sha256:<hash>");
    assertThat(container.at("/ports/0/containerPort").asInt()).isEqualTo(8080);
    assertThat(template.texts(container.path("args"))).containsSequence("--models", "/mnt/models");
    assertThat(container.at("/env/0/name").asText()).isEqualTo("STORAGE_URI");
    assertThat(container.at("/env/0/value").asText()).isEqualTo("s3://${Bucket}/models");
    assertThat(service.at("/spec/predictor/serviceAccountName").asText())
        .isEqualTo("escala-kserve");
  }

  @Test
  void shouldRunTheJarAndTheArgumentsOfTheEmrStepAsTheOperatorsSchemaAllows() throws IOException {
    // given
    Template emr = stacks.get("EscalaSpark");
    JsonNode steps = emr.only("AWS::EMR::Cluster").path("Steps");
    List<String> submitted = emr.texts(steps.path(steps.size() - 1).at("/HadoopJarStep/Args"));
    JsonNode application = document("SparkApplication");

    // then
    assertThat(CrdSchema.named("sparkapplication.json").mistakes(application)).isEmpty();
    assertThat(submitted)
        .containsExactlyElementsOf(
            Stream.of(
                    List.of("spark-submit", "--deploy-mode", "cluster", "--class"),
                    List.of(application.at("/spec/mainClass").asText()),
                    List.of(application.at("/spec/mainApplicationFile").asText()),
                    template.texts(application.at("/spec/arguments")))
                .flatMap(List::stream)
                .toList());
    assertThat(application.at("/spec/image").asText()).isEqualTo(ECR + "/spark:4.1.1");
    assertThat(application.at("/spec/executor/instances").asInt()).isEqualTo(3);
  }

  @Test
  void shouldTakeChartsAndImagesFromTheMirrorAlone() throws IOException {
    assertThat(template.resources("Custom::AWSCDK-EKS-HelmChart").values())
        .extracting(
            chart -> chart.at("/Properties/Repository").asText(),
            chart -> chart.at("/Properties/Version").asText())
        .containsExactlyInAnyOrder(
            tuple("oci://" + ECR + "/mirror/kserve/charts/kserve-crd", "v0.20.0"),
            tuple("oci://" + ECR + "/mirror/kserve/charts/kserve-resources", "v0.20.0"),
            tuple("oci://" + ECR + "/mirror/kubeflow/charts/spark-operator", "2.4.0"));
    JsonNode kserve = values("kserve").path("kserve");
    assertThat(
            List.of(
                kserve.at("/controller/image").asText(),
                kserve.at("/controller/rbacProxyImage").asText(),
                kserve.at("/agent/image").asText(),
                kserve.at("/router/image").asText(),
                kserve.at("/storage/image").asText(),
                values("spark-operator").at("/image/registry").asText()))
        .allMatch(image -> image.startsWith(ECR + "/mirror"));
  }

  @Test
  void shouldInstallKServeWithoutKnative() throws IOException {
    assertThat(values("kserve").at("/kserve/controller/deploymentMode").asText())
        .isEqualTo("Standard");
  }

  @Test
  void shouldGiveHelmTimeToUndoWhatFailed() {
    assertThat(template.resources("Custom::AWSCDK-EKS-HelmChart").values())
        .allMatch(chart -> chart.at("/Properties/Timeout").asText().equals("300s"))
        .allMatch(chart -> chart.at("/Properties/Atomic").asBoolean())
        .allMatch(chart -> chart.at("/Properties/Wait").asBoolean());
  }

  @Test
  void shouldDeleteResourcesBeforeTheControllersThatHoldTheirFinalizers() {
    // given
    String service = manifestId("InferenceService");
    String application = manifestId("SparkApplication");

    // then
    assertThat(dependencies.circular()).isEmpty();
    assertThat(dependencies.of(service))
        .contains(chartId("kserve"), chartId("kserve-crd"))
        .containsAll(template.resources("AWS::EKS::Addon").keySet())
        .anyMatch(id -> id.startsWith("PredictorAssociation"))
        .anyMatch(id -> id.startsWith("PredictorRoleDefaultPolicy"));
    assertThat(dependencies.of(application))
        .contains(chartId("spark-operator"))
        .anyMatch(id -> id.startsWith("JobAssociation"))
        .anyMatch(id -> id.startsWith("JobRoleDefaultPolicy"));
  }

  @Test
  void shouldLetThePredictorReadModelsAlone() {
    assertThat(Statement.of(template))
        .filteredOn(statement -> statement.policy().equals("PredictorRole"))
        .extracting(Statement::actions, Statement::resources)
        .containsExactlyInAnyOrder(
            tuple(List.of("kms:Decrypt"), List.of("${Key.Arn}")),
            tuple(List.of("s3:GetObject"), List.of("${Bucket.Arn}/models/*")),
            tuple(List.of("s3:ListBucket"), List.of("${Bucket.Arn}")));
  }

  @Test
  void shouldLetTheJobDoWhatItDoesOnEmrButForLogs() {
    assertThat(Statement.of(template))
        .filteredOn(statement -> statement.policy().equals("JobRole"))
        .flatExtracting(Statement::resources)
        .filteredOn(resource -> resource.contains("*"))
        .containsOnly("${Bucket.Arn}/data/*", "${Bucket.Arn}/models/*", "${Bucket.Arn}/results/*");
  }

  @Test
  void shouldLendRolesToPodsOfThisAccountAlone() {
    assertThat(template.resources("AWS::IAM::Role").values())
        .hasSize(2)
        .allSatisfy(
            role -> {
              JsonNode trust = role.at("/Properties/AssumeRolePolicyDocument/Statement/0");
              assertThat(template.texts(trust.path("Action")))
                  .containsExactly("sts:AssumeRole", "sts:TagSession");
              assertThat(trust.at("/Principal/Service").asText())
                  .isEqualTo("pods.eks.amazonaws.com");
              assertThat(template.text(trust.at("/Condition/StringEquals/aws:SourceAccount")))
                  .isEqualTo("${AWS::AccountId}");
            });
  }

  private JsonNode document(String kind) throws IOException {
    for (JsonNode manifest : template.resources("Custom::AWSCDK-EKS-KubernetesResource").values()) {
      for (JsonNode document : JSON.readTree(template.text(manifest.at("/Properties/Manifest")))) {
        if (document.path("kind").asText().equals(kind)) {
          return document;
        }
      }
    }
    throw new AssertionError("no " + kind);
  }

  private JsonNode values(String release) throws IOException {
    return JSON.readTree(template.all().get(chartId(release)).at("/Properties/Values").asText());
  }

  private String chartId(String release) {
    return template.resources("Custom::AWSCDK-EKS-HelmChart").entrySet().stream()
        .filter(chart -> chart.getValue().at("/Properties/Release").asText().equals(release))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  private String manifestId(String start) {
    return template.resources("Custom::AWSCDK-EKS-KubernetesResource").keySet().stream()
        .filter(id -> id.startsWith(start))
        .findFirst()
        .orElseThrow();
  }
}
