package io.escala.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.escala.infra.config.EscalaConfig;
import io.github.cdklabs.cdknag.AwsSolutionsChecks;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.Validations;

/** The pack AwsSolutions of cdk-nag; what it may find, and why, stands in {@code cdk-nag.yaml}. */
class CdkNagTest {
  @TempDir Path root;

  @Test
  void shouldFindWhatIsAcknowledgedAndNothingElse() throws IOException {
    // when
    Set<String> found = new TreeSet<>();
    for (Variation variation : Variation.all()) {
      // Part of every-switch, and of the default.
      if (!List.of("kubernetes", "long-running").contains(variation.name())) {
        found.addAll(findings(variation));
      }
    }

    // then
    assertThat(found).isEqualTo(acknowledged());
  }

  private Set<String> findings(Variation variation) throws IOException {
    Path folder = Files.createDirectory(root.resolve(variation.name()));
    Synthesis.fakeBuild(folder);
    EscalaConfig config = Synthesis.config(variation.keys(), folder);
    App app =
        new App(
            AppProps.builder()
                .analyticsReporting(false)
                .context(Synthesis.contextOfCdkJson())
                .outdir(folder.resolve("cdk.out").toString())
                .build());
    EscalaApp.define(app, config, Artifacts.under(folder, config));
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    try {
      app.synth();
    } catch (RuntimeException failed) {
      assertThat(failed).hasMessageContaining("Validation failed");
    }
    Set<String> found = new TreeSet<>();
    JsonNode report =
        new ObjectMapper().readTree(folder.resolve("cdk.out/validation-report.json").toFile());
    for (JsonNode plugin : report.path("pluginReports")) {
      if (plugin.path("pluginName").asText().equals("AwsSolutions")) {
        for (JsonNode violation : plugin.path("violations")) {
          for (JsonNode construct : violation.path("violatingConstructs")) {
            found.add(
                construct.path("constructPath").asText()
                    + " "
                    + violation
                        .path("ruleName")
                        .asText()
                        .replaceAll(
                            "EscalaStorage:ExportsOutputFnGetAttBucket[0-9A-F]{8}Arn[0-9A-F]{8}",
                            "\\${Bucket.Arn}"));
          }
        }
      }
    }
    // An empty app would find nothing, too.
    assertThat(found).hasSizeGreaterThan(5);
    return found;
  }

  private static Set<String> acknowledged() throws IOException {
    try (InputStream in = CdkNagTest.class.getResourceAsStream("/cdk-nag.yaml")) {
      Set<String> lines = new TreeSet<>();
      for (Map.Entry<String, JsonNode> construct : new YAMLMapper().readTree(in).properties()) {
        for (Map.Entry<String, JsonNode> rule : construct.getValue().properties()) {
          assertThat(rule.getValue().asText()).as("the reason of %s", rule).isNotBlank();
          lines.add(construct.getKey() + " " + rule.getKey());
        }
      }
      return lines;
    }
  }
}
