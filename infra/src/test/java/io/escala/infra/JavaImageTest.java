package io.escala.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.escala.infra.config.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;

class JavaImageTest {
  @TempDir Path root;
  private JavaImageProps props;

  @BeforeEach
  void build() throws IOException {
    Synthesis.fakeBuild(root);
    props = JavaImageProps.of(Artifacts.under(root, Synthesis.config(Map.of(), root)));
  }

  @Test
  void shouldKeepImagesThatNobodyCanOverwriteUntilTheStackGoes() throws IOException {
    // when
    Template template = synthesized(props);
    JsonNode repository = template.only("AWS::ECR::Repository");

    // then
    assertThat(repository.path("ImageTagMutability").asText()).isEqualTo("IMMUTABLE");
    assertThat(repository.at("/ImageScanningConfiguration/ScanOnPush").asBoolean()).isTrue();
    assertThat(repository.path("EmptyOnDelete").asBoolean()).isTrue();
    JsonNode rules =
        new ObjectMapper()
            .readTree(repository.at("/LifecyclePolicy/LifecyclePolicyText").asText())
            .path("rules");
    assertThat(rules).hasSize(1);
    assertThat(rules.at("/0/selection/countType").asText()).isEqualTo("imageCountMoreThan");
    assertThat(rules.at("/0/selection/countNumber").asInt()).isEqualTo(20);
    assertThat(rules.at("/0/action/type").asText()).isEqualTo("expire");
    assertThat(template.all().values()).noneMatch(StorageStackTest::isRetained);
  }

  @Test
  void shouldAllowTheBuilderItsFilesItsRepositoryAndItsLogOnly() throws IOException {
    // when
    Template template = synthesized(props.withModels(models("wine"), "wine"));

    // then
    assertThat(Statement.of(template))
        .extracting(Statement::actions, Statement::resources)
        .containsExactlyInAnyOrder(
            tuple(
                List.of("logs:CreateLogStream", "logs:PutLogEvents"), List.of("${ImageLogs.Arn}")),
            tuple(List.of("ecr:GetAuthorizationToken"), List.of("*")),
            tuple(
                List.of(
                    "ecr:BatchCheckLayerAvailability",
                    "ecr:BatchGetImage",
                    "ecr:CompleteLayerUpload",
                    "ecr:GetDownloadUrlForLayer",
                    "ecr:InitiateLayerUpload",
                    "ecr:PutImage",
                    "ecr:UploadLayerPart"),
                List.of("${ImageRepository.Arn}")),
            tuple(
                List.of("s3:GetObject"),
                List.of(asset() + "/<hash>.zip", asset() + "/<hash>.zip")));
    assertThat(template.only("AWS::IAM::Role").has("ManagedPolicyArns")).isFalse();
  }

  @Test
  void shouldBuildInOneFunctionWithoutAFrameworkAroundIt() throws IOException {
    // when
    Template template = synthesized(props);
    JsonNode function = template.only("AWS::Lambda::Function");
    JsonNode order = template.only("Custom::JavaImage");

    // then
    assertThat(function.path("Handler").asText())
        .isEqualTo("io.escala.image.JavaImageHandler::handleRequest");
    assertThat(function.path("Runtime").asText()).isEqualTo("java25");
    assertThat(function.has("VpcConfig")).as("it fetches the base from the internet").isFalse();
    assertThat(template.text(order.path("ServiceToken"))).isEqualTo("${ImageBuilder.Arn}");
    assertThat(order.path("ServiceTimeout").asInt())
        .as("longer than the function's own, which says what is wrong")
        .isGreaterThan(function.path("Timeout").asInt());
    assertThat(template.only("AWS::Logs::LogGroup").path("RetentionInDays").asInt()).isEqualTo(14);
    assertThat(template.text(function.at("/LoggingConfig/LogGroup"))).isEqualTo("${ImageLogs}");
    assertThat(
            template
                .resources("Custom::JavaImage")
                .values()
                .iterator()
                .next()
                .path("DependsOn")
                .toString())
        .contains("RoleDefaultPolicy");
    assertThat(template.text(template.output("Uri"))).isEqualTo("${Image.ImageUri}");
  }

  @Test
  void shouldBeBuiltAnewWhenAnyInputChangesAndOnlyThen() throws IOException {
    // given
    String before = order(props);

    // then
    assertThat(order(props)).isEqualTo(before);
    assertThat(order(props.withJvmFlags("-XX:MaxRAMPercentage=60"))).isNotEqualTo(before);
    assertThat(order(props.withArguments("--help"))).isNotEqualTo(before);
    assertThat(order(props.withArchitecture(Architecture.ARM64)))
        .isNotEqualTo(before)
        .contains("linux/arm64");
    assertThat(order(props.withBase(new BaseImage("a.io/b@sha256:" + "0".repeat(64)))))
        .isNotEqualTo(before);
    Path models = models("wine");
    String withModels = order(props.withModels(models, "wine"));
    assertThat(withModels).isNotEqualTo(before);
    Files.writeString(models.resolve("bank"), "trained here, not wanted there");
    assertThat(order(props.withModels(models, "wine"))).isEqualTo(withModels);

    // when
    Files.writeString(props.app().resolve("escala-inference-server.jar"), "other code");

    // then
    assertThat(order(props)).isNotEqualTo(before);
  }

  @Test
  void shouldRefuseABaseThatIsNotPinned() {
    assertThatThrownBy(() -> new BaseImage("public.ecr.aws/docker/library/amazoncorretto:25"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("amazoncorretto:25\", but must be pinned");
  }

  private Path models(String name) throws IOException {
    Path models = root.resolve("models");
    Files.createDirectories(models.resolve(name));
    Files.writeString(models.resolve(name).resolve("current.json"), name);
    return models;
  }

  private String order(JavaImageProps given) throws IOException {
    return synthesized(given).only("Custom::JavaImage").toString();
  }

  private static String asset() {
    return "arn:${AWS::Partition}:s3:::cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}";
  }

  private Template synthesized(JavaImageProps given) throws IOException {
    Path out = Files.createTempDirectory(root, "cdk.out");
    App app =
        new App(
            AppProps.builder()
                .analyticsReporting(false)
                .context(Synthesis.contextOfCdkJson())
                .outdir(out.toString())
                .build());
    Stack stack = new Stack(app, "Alone");
    JavaImage image = new JavaImage(stack, "Image", given);
    CfnOutput.Builder.create(stack, "Uri").value(image.imageUri()).build();
    app.synth();
    return new Template(
        new ObjectMapper().readTree(out.resolve("Alone.template.json").toFile()), Map.of());
  }
}
