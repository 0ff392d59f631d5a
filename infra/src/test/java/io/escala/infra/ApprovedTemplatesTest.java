package io.escala.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Templates change only with a diff that somebody has seen. */
class ApprovedTemplatesTest {
  private static final String FOLDER = "infra/src/test/resources/approved/";

  private final Map<String, String> reviewed = reviewed();

  @Test
  void shouldBeTheReviewedTemplates() {
    assertThat(reviewed).hasSizeGreaterThan(8);
    reviewed.forEach(Approved::verify);
  }

  @Test
  void shouldKeepNoTemplateThatNothingGives() throws IOException {
    // given
    Path root = Path.of(System.getProperty("escala.root"));

    // when
    Set<String> kept;
    try (Stream<Path> files = Files.walk(root.resolve(FOLDER))) {
      kept =
          files
              .filter(Files::isRegularFile)
              .map(file -> root.relativize(file).toString())
              .collect(Collectors.toCollection(TreeSet::new));
    }

    // then
    assertThat(kept).isEqualTo(new TreeSet<>(reviewed.keySet()));
  }

  /** Files by their path; of a variation only what differs from the default. */
  private static Map<String, String> reviewed() {
    Map<String, String> files = new LinkedHashMap<>();
    Map<String, String> standard = normalised(Variation.STANDARD);
    for (Variation variation : Variation.all()) {
      normalised(variation)
          .forEach(
              (stack, text) -> {
                if (variation.equals(Variation.STANDARD) || !text.equals(standard.get(stack))) {
                  files.put(FOLDER + variation.name() + "/" + stack + ".yaml", text);
                }
              });
    }
    return files;
  }

  private static Map<String, String> normalised(Variation variation) {
    Map<String, String> texts = new LinkedHashMap<>();
    variation
        .templates()
        .forEach((stack, template) -> texts.put(stack, NormalisedTemplate.of(template)));
    return texts;
  }
}
