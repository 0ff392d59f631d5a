package io.escala.infra;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What cfn-lint says of the templates. It is a Python program: {@code .ci/run} installs it and
 * names it in {@code ESCALA_CFN_LINT}.
 */
class CfnLintTest {
  /**
   * Not asked: dependencies that the CDK writes twice, to be sure; zones by number; outputs that
   * pass on where another stack's bucket is.
   */
  private static final List<String> NOT_ASKED = List.of("W3005", "W3010", "W6001");

  @TempDir Path folder;

  @Test
  void shouldFindNothing() throws Exception {
    // given
    String program = System.getenv("ESCALA_CFN_LINT");
    assumeTrue(program != null, "ESCALA_CFN_LINT names no cfn-lint (pip install cfn-lint==1.51.0)");
    List<String> command = new ArrayList<>(List.of(program, "--regions", "us-east-1"));
    NOT_ASKED.forEach(rule -> command.addAll(List.of("--ignore-checks", rule)));
    command.add("--");
    command.addAll(templates());

    // when
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);

    // then
    assertThat(said).isEmpty();
    assertThat(process.waitFor()).isZero();
  }

  private List<String> templates() throws IOException {
    List<String> files = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    for (Variation variation : Variation.all()) {
      for (var stack : variation.templates().entrySet()) {
        String text = stack.getValue().root().toPrettyString();
        if (seen.add(text)) {
          Path file = folder.resolve(stack.getKey() + "-" + variation.name() + ".json");
          files.add(Files.writeString(file, text).toString());
        }
      }
    }
    assertThat(files).hasSizeGreaterThan(8);
    return files;
  }
}
