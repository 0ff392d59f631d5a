package io.escala.inference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.escala.inference.fixture.OnnxGraph;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Models with inputs of several values a row: the graph hands three numbers on as probabilities.
 */
class SeveralValuesTest {
  private static final List<Double> ROW = List.of(0.25, 0.5, 0.125);

  @Test
  void shouldScoreRowsOfSeveralValues() throws IOException {
    try (Model model = open(3, ROW)) {
      // when
      Predictions maps =
          model.predict(List.of(Map.of("x", ROW), Map.of("x", Arrays.<Object>asList(1, 0L, 0.5f))));
      Batch batch = model.batch(2);
      batch.set(0, List.of(0.0, 0.0, 1.0));
      batch.add();
      batch.set(0, ROW);
      batch.add();
      Predictions batched = model.predict(batch);

      // then
      assertThat(maps.label(0)).isEqualTo("b");
      assertThat(maps.label(1)).isEqualTo("a");
      assertThat(maps.probability(1, 2)).isEqualTo(0.5);
      assertThat(batched.label(0)).isEqualTo("c");
      assertThat(batched.probability(1, 2)).isEqualTo(0.125);
    }
  }

  @Test
  void shouldTakeRowsValueByValue() throws IOException {
    try (Model model = open(3, ROW)) {
      // given
      Batch batch = model.batch(2);
      batch.set(0, ROW);
      batch.add();
      batch.set(0, 0, 0.5);
      batch.set(0, 1, 0L);
      batch.set(0, 2, 1.0);

      // when
      batch.add();

      // then
      assertThat(model.predict(batch).label(1)).isEqualTo("c");
      assertThat(model.predict(batch).probability(1, 0)).isEqualTo(0.5);
      Batch other = model.batch(1);
      assertThatThrownBy(() -> other.set(0, 2, 7.0))
          .isInstanceOf(InputException.class)
          .hasMessage("x[2] is 7.0, but must be from 0 to 1");
      assertThatThrownBy(() -> other.set(0, 1, "2"))
          .hasMessage("x[1] must be a number, but is the string \"2\"");
      assertThatThrownBy(() -> other.setNull(0, 1))
          .hasMessage("x[1] is null, but must be a number");
      assertThatThrownBy(() -> other.set(0, 3, 0.5)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  static Stream<Arguments> rowsThatDoNotFit() {
    return Stream.of(
        Arguments.of(List.of(1.0, 2.0), "instances[0].x has 2 values, but must have 3"),
        Arguments.of(List.of(), "instances[0].x has 0 values, but must have 3"),
        Arguments.of(1.0, "instances[0].x must be an array of 3 values, each a number, but is 1.0"),
        Arguments.of("1", "instances[0].x must be an array of 3 values, each a number, but is the"),
        Arguments.of(
            List.of(0.1, "2", 0.3), "instances[0].x[1] must be a number, but is the string \"2\""),
        Arguments.of(
            List.of(0.1, List.of(0.2), 0.3), "instances[0].x[1] must be a number, but is an array"),
        Arguments.of(
            Arrays.asList(0.1, 0.2, null), "instances[0].x[2] is null, but must be a number"),
        Arguments.of(List.of(0.1, 0.2, 7), "instances[0].x[2] is 7.0, but must be from 0 to 1"),
        Arguments.of(null, "instances[0].x is null, but must be an array of 3 values"));
  }

  @ParameterizedTest
  @MethodSource("rowsThatDoNotFit")
  void shouldSayWhichValueDoesNotFit(Object value, String sentence) throws IOException {
    Map<String, Object> row = new HashMap<>();
    row.put("x", value);
    try (Model model = open(3, ROW)) {
      assertThatThrownBy(() -> model.predict(List.of(row)))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith(sentence);
    }
  }

  @Test
  void shouldSayThatTheFieldIsMissing() throws IOException {
    try (Model model = open(3, ROW)) {
      assertThatThrownBy(() -> model.predict(List.of(Map.of())))
          .hasMessage("instances[0] lacks the field \"x\", which must be an array of 3 values");
      assertThatThrownBy(() -> model.batch(1).set(0, 0.5))
          .isInstanceOf(InputException.class)
          .hasMessage("x must be an array of 3 values, each a number, but is 0.5");
      assertThatThrownBy(() -> model.batch(1).set(0, new byte[3]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void shouldRefuseAManifestThatSaysAnotherNumberOfValuesThanTheGraph() {
    assertThatThrownBy(() -> open(4, List.of(0.1, 0.2, 0.3, 0.4)))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("shape [-1, 4] in the manifest, but [-1, 3] in the graph");
  }

  @Test
  void shouldRefuseAGoldenRowWithAnotherNumberOfValues() {
    assertThatThrownBy(() -> open(3, List.of(0.1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("golden[0].inputs.x must be an array of 3 values");
  }

  @Test
  void shouldWriteAndReadGoldenRowsOnOneLine() {
    Manifest manifest = manifest(graph(), 3, ROW);
    assertThat(manifest.toJson()).contains("\"x\": [0.25,0.5,0.125]\n");
    assertThat(Manifest.fromJson(manifest.toJson().getBytes(UTF_8))).isEqualTo(manifest);
  }

  private static Model open(int width, List<Double> golden) throws IOException {
    byte[] graph = graph();
    Map<String, byte[]> files =
        Map.of(
            Manifest.MODEL_FILE,
            graph,
            Manifest.FILE_NAME,
            manifest(graph, width, golden).toJson().getBytes(UTF_8));
    return Bundle.open(files::get);
  }

  private static byte[] graph() {
    return new OnnxGraph()
        .input("x", Datatype.FP64, -1, 3)
        .output("label", Datatype.INT64, -1)
        .output("probabilities", Datatype.FP64, -1, 3)
        .node("Identity", List.of("x"), "probabilities")
        .node(
            "ArgMax",
            List.of("x"),
            "label",
            OnnxGraph.attribute("axis", 1),
            OnnxGraph.attribute("keepdims", 0))
        .toBytes();
  }

  private static Manifest manifest(byte[] graph, int width, List<Double> golden) {
    String sha256 = Sha256.of(graph);
    Instant created = Instant.parse("2026-11-25T10:00:00Z");
    return new Manifest(
        "three",
        BundleVersion.of(created, sha256),
        created,
        Manifest.Task.MULTICLASS_CLASSIFICATION,
        "The largest of three numbers.",
        List.of(Manifest.Input.ofSeveral("x", Datatype.FP64, width).withRange(0, 1)),
        List.of(),
        Manifest.Output.classifier(3),
        List.of("a", "b", "c"),
        Optional.empty(),
        OptionalDouble.empty(),
        Map.of(),
        new Manifest.Provenance(
            "https://example.org",
            Optional.empty(),
            OptionalLong.empty(),
            "largest",
            Optional.empty(),
            Map.of(),
            OptionalLong.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            Optional.empty()),
        Map.of(Manifest.MODEL_FILE, sha256),
        List.of(new Manifest.Golden(Map.of("x", golden), "b", ROW)));
  }
}
