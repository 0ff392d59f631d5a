package io.escala.inference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestTest {
  private static final String HASH = "1a2b3c4d".repeat(8);
  private static final Instant CREATED = Instant.parse("2026-11-23T19:45:00.123Z");

  @Test
  void shouldReadAnEqualManifestFromWhatItWrote() {
    // given
    Manifest manifest = manifest();

    // when
    Manifest read = Manifest.fromJson(manifest.toJson().getBytes(UTF_8));

    // then
    assertThat(read).isEqualTo(manifest);
    assertThat(read.toJson()).isEqualTo(manifest.toJson());
  }

  @Test
  void shouldReadAnEqualManifestWhenOptionalPartsAreAbsent() {
    // given
    Manifest full = manifest();
    Manifest sparse =
        new Manifest(
            "wine",
            full.version(),
            CREATED,
            Manifest.Task.MULTICLASS_CLASSIFICATION,
            "",
            List.of(Manifest.Input.of("alcohol", Datatype.FP32)),
            List.of(),
            Manifest.Output.classifier(3),
            List.of("1", "2", "3"),
            Optional.empty(),
            OptionalDouble.empty(),
            Map.of(),
            new Manifest.Provenance(
                "wine.data",
                Optional.empty(),
                OptionalLong.empty(),
                "svm",
                Optional.empty(),
                Map.of(),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty()),
            full.files(),
            List.of(new Manifest.Golden(Map.of("alcohol", 13), "2", List.of(0.1, 0.8, 0.1))));

    // when
    Manifest read = Manifest.fromJson(sparse.toJson().getBytes(UTF_8));

    // then
    assertThat(read).isEqualTo(sparse);
  }

  @Test
  void shouldKeepGoldenInputsInTheFormOfTheirDatatype() {
    // given
    Map<String, Object> asSparkMayGiveThem = new LinkedHashMap<>();
    asSparkMayGiveThem.put("age", 59);
    asSparkMayGiveThem.put("day", 5.0);
    asSparkMayGiveThem.put("job", null);

    // when
    Manifest manifest = manifest(asSparkMayGiveThem);

    // then
    assertThat(manifest.golden().get(0).inputs())
        .containsEntry("age", 59.0)
        .containsEntry("day", 5L);
    assertThat(manifest.golden().get(0).inputs()).containsEntry("job", null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"formatVersion\": 1 | \"formatVersion\": 2 | formatVersion is 2, but this version of Escala reads 1",
        "\"task\": \"binary-classification\", | | field task is missing",
        "\"datatype\": \"INT64\" | \"datatype\": \"INT32\" | inputs[1].datatype is \"INT32\"",
        "\"nullable\": true | \"nullable\": \"yes\" | inputs[0].nullable must be true or false",
        "\"created\": \"2026-11-23T19:45:00.123Z\" | \"created\": \"yesterday\" | created is \"yesterday\"",
        "\"threshold\": 0.5 | \"threshold\": 1.5 | threshold must be a probability",
        "\"threshold\": 0.5 | \"treshold\": 0.5 | threshold must be a probability",
        "\"rows\": 45211 | \"rows\": 45211, \"lines\": 7 | field provenance.lines is not known",
        "\"rows\": 45211 | \"rows\": 1.5 | provenance.rows must be a whole number, but is 1.5",
        "\"name\": \"bank\" | \"name\": \"../bank\" | name is \"../bank\"",
        "\"model.onnx\": | \"a/b\": | a file's name is \"a/b\"",
        "\"positiveClass\": \"yes\" | \"positiveClass\": \"maybe\" | positiveClass must be one of the classes",
        "\"missing\": \"\", | | is nullable, so missing must say what the graph sees",
      })
  void shouldRefuseAManifestWithASentence(String part, String instead, String sentence) {
    // given
    String json = manifest().toJson();
    assertThat(json).contains(part);
    String broken =
        json.replaceFirst(java.util.regex.Pattern.quote(part), instead == null ? "" : instead);

    // when / then
    assertThatThrownBy(() -> Manifest.fromJson(broken.getBytes(UTF_8)))
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith("manifest.json cannot be used: ")
        .hasMessageContaining(sentence);
  }

  @Test
  void shouldRefuseTextThatIsNotJson() {
    assertThatThrownBy(() -> Manifest.fromJson("{\"formatVersion\": 1".getBytes(UTF_8)))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("ends too early");
  }

  @Test
  void shouldNameAVersionByItsTimeAndHash() {
    // when
    BundleVersion version = BundleVersion.of(Instant.parse("2026-11-23T19:45:00.999Z"), HASH);

    // then
    assertThat(version).hasToString("20261123T194500Z-1a2b3c4d");
    assertThat(version)
        .isLessThan(BundleVersion.of(Instant.parse("2026-11-23T19:45:01Z"), "0".repeat(64)));
    assertThat(BundleVersion.fromPointerJson(version.toPointerJson().getBytes(UTF_8)))
        .isEqualTo(version);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}",
        "{\"version\": 3}",
        "{\"version\": \"../../etc\"}",
        "20261123T194500Z-1a2b3c4d",
        "[]"
      })
  void shouldRefuseAPointerThatNamesNoVersion(String pointer) {
    assertThatThrownBy(() -> BundleVersion.fromPointerJson(pointer.getBytes(UTF_8)))
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith("current.json ");
  }

  private static Manifest manifest() {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("age", 59.5);
    row.put("day", 5L);
    row.put("job", null);
    return manifest(row);
  }

  private static Manifest manifest(Map<String, Object> golden) {
    return new Manifest(
        "bank",
        BundleVersion.of(CREATED, HASH),
        CREATED,
        Manifest.Task.BINARY_CLASSIFICATION,
        "Will a customer subscribe? \"Ünïcode\" & <tags>",
        List.of(
            Manifest.Input.of("age", Datatype.FP64)
                .withNullAsNaN()
                .withRange(0, 130)
                .withDescription("years"),
            Manifest.Input.of("day", Datatype.INT64)
                .withNullAs(Long.MIN_VALUE)
                .withValues(List.of(1, 2, 5), Manifest.OtherValues.ACCEPTED),
            Manifest.Input.of("job", Datatype.BYTES)
                .withNullAs("")
                .withValues(Arrays.asList("admin.", "services"), Manifest.OtherValues.REJECTED)),
        List.of("month", "duration"),
        Manifest.Output.classifier(2),
        List.of("no", "yes"),
        Optional.of("yes"),
        OptionalDouble.of(0.5),
        Map.of("rocAuc", 0.1 + 0.2),
        new Manifest.Provenance(
            "s3://bucket/data/bank.csv",
            Optional.of(HASH),
            OptionalLong.of(45211),
            "logistic-regression",
            Optional.of("book"),
            Map.of("maxIter", "10"),
            OptionalLong.of(100),
            Optional.of("d6e3c52"),
            Optional.of("4.1.0"),
            Optional.of("17.0.15"),
            OptionalInt.of(17),
            Optional.of("0.1.0")),
        Map.of("model.onnx", HASH),
        List.of(new Manifest.Golden(golden, "yes", List.of(0.17, 0.83))));
  }
}
