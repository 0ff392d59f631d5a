package io.escala.infra.config;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationDocumentTest {
  @Test
  void shouldDescribeEveryKeyAsTheCodeReadsIt() throws IOException {
    // given
    Path document = Path.of(System.getProperty("escala.root"), "docs", "configuration.md");

    // then
    assertThat(Files.readString(document))
        .contains(
            EscalaConfig.KEYS.stream()
                .map(Key::documentation)
                .collect(joining("\n", "| --- | --- | --- | --- |\n", "\n\n")));
  }
}
