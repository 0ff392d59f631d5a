package io.escala.infra.config;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every key there is, with values that it refuses and one that it takes: {@code bad-values.yaml}. A
 * key that is not there fails the test, so that none comes without its bad input having been tried.
 */
class EveryKeyTest {
  private static final JsonNode VALUES = values();

  @TempDir Path root;

  @Test
  void shouldTryTheBadValuesOfEveryKeyThatThereIs() {
    assertThat(new TreeSet<>(names(VALUES)))
        .isEqualTo(EscalaConfig.KEYS.stream().map(Key::name).collect(toCollection(TreeSet::new)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("keys")
  void shouldSayKeyValueAndWhatIsAllowedForEachBadValue(String name) {
    List<String> bad = texts(name, "bad");
    assertThat(bad).as("bad values of %s", name).isNotEmpty();
    for (String value : bad) {
      // when
      List<String> mistakes = mistakes(with(name, value));

      // then
      assertThat(mistakes)
          .as("%s = %s", name, value)
          .singleElement()
          .asString()
          .startsWith("escala:" + name + " = " + value + ": ")
          .satisfies(line -> assertThat(whatIsSaid(line, name, value)).hasSizeGreaterThan(15))
          .doesNotContain("Exception", "null");
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("keys")
  void shouldTakeAGoodValue(String name) {
    assertThat(mistakes(with(name, VALUES.path(name).path("good").asText()))).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("keys")
  void shouldNameTheKeyWhenOneLetterOfItIsWrong(String name) {
    // given
    String slip = name.substring(0, name.length() - 1) + "_";

    // then
    assertThat(mistakes(Map.of("escala:" + slip, "1")))
        .singleElement()
        .asString()
        .startsWith("escala:" + slip + " = 1: there is no such key; the nearest is ")
        .satisfies(line -> assertThat(line.length()).isLessThan(200))
        .endsWith(" " + name);
  }

  @Test
  void shouldSayWhatIsWrongWithAllOfThemAtOnce() {
    // given
    Map<String, Object> all = new LinkedHashMap<>();
    Set<String> names = new LinkedHashSet<>();
    for (Key<?> key : EscalaConfig.KEYS) {
      names.add(key.name());
      all.put("escala:" + key.name(), texts(key.name(), "bad").get(0));
    }

    // when
    List<String> mistakes = mistakes(all);

    // then
    assertThat(names)
        .allSatisfy(
            name ->
                assertThat(mistakes).anyMatch(line -> line.startsWith("escala:" + name + " = ")));
  }

  private Map<String, Object> with(String name, String value) {
    Map<String, Object> context = new LinkedHashMap<>();
    VALUES
        .path(name)
        .path("with")
        .properties()
        .forEach(entry -> context.put("escala:" + entry.getKey(), entry.getValue().asText()));
    context.put("escala:" + name, value);
    return context;
  }

  private List<String> mistakes(Map<String, Object> context) {
    try {
      EscalaConfig.from(context, root);
      return List.of();
    } catch (ConfigurationException e) {
      return e.mistakes();
    }
  }

  private static String whatIsSaid(String line, String name, String value) {
    return line.substring(("escala:" + name + " = " + value + ": ").length());
  }

  private static Stream<String> keys() {
    return EscalaConfig.KEYS.stream().map(Key::name);
  }

  private static List<String> texts(String name, String kind) {
    return StreamSupport.stream(VALUES.path(name).path(kind).spliterator(), false)
        .map(JsonNode::asText)
        .toList();
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new LinkedHashSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static JsonNode values() {
    try (InputStream in = EveryKeyTest.class.getResourceAsStream("/bad-values.yaml")) {
      return new YAMLMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
