package io.escala.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.escala.inference.fixture.BankModel;
import io.escala.inference.fixture.OnnxGraph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Java computes what it knows and what is small; ONNX Runtime all else. Both give one answer. */
class EngineChoiceTest {
  private static final Path MODELS = Path.of(System.getProperty("escala.root"), "models");

  @Test
  void shouldComputeInJavaWhatConsistsOfKnownOperators() {
    assertThat(open(new BankModel(0).graph())).isEqualTo("java");
  }

  @Test
  void shouldLeaveAGraphWithAnUnknownOperatorToOnnxRuntime() {
    // given
    byte[] graph =
        new OnnxGraph()
            .input("x", Datatype.FP64, -1, 1)
            .node("Abs", List.of("x"), "y")
            .output("y", Datatype.FP64, -1, 1)
            .toBytes();

    // when / then
    assertThat(open(graph)).isEqualTo("onnxruntime");
  }

  @Test
  void shouldLeaveAGraphThatIsLargeToOnnxRuntime() {
    // given
    byte[] graph =
        new OnnxGraph()
            .input("x", Datatype.FP64, -1, 2000)
            .doubles("w", new long[] {2000, 500}, new double[1_000_000])
            .node("MatMul", List.of("x", "w"), "y")
            .output("y", Datatype.FP64, -1, 500)
            .toBytes();

    // when / then
    assertThat(open(graph)).isEqualTo("onnxruntime");
  }

  @Test
  void shouldRefuseBytesThatAreNoModelAsOnnxRuntimeDoes() {
    assertThatThrownBy(() -> open(new byte[] {1, 2, 3}))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("model.onnx cannot be opened by ONNX Runtime");
  }

  @ParameterizedTest
  @CsvSource({"wine, 1e-12", "digits, 2e-6"})
  void shouldGiveTheSameAnswerWhoeverComputes(String name, double tolerance) throws IOException {
    // given
    FolderBundleSource source = new FolderBundleSource(MODELS);
    BundleFiles files = source.files(name, source.current(name).orElseThrow());
    Random random = new Random(6);
    try (Model fitting = Bundle.open(files);
        Model other = Bundle.open(files, EngineChoice.ONNX_RUNTIME)) {
      List<Map<String, Object>> rows = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        rows.add(near(fitting.manifest().golden().get(i % 3).inputs(), random));
      }

      // when
      Predictions one = fitting.predict(rows);
      Predictions two = other.predict(rows);

      // then
      assertThat(fitting.engine()).isEqualTo("java");
      assertThat(other.engine()).isEqualTo("onnxruntime");
      for (int row = 0; row < rows.size(); row++) {
        assertThat(one.label(row)).isEqualTo(two.label(row));
        for (int c = 0; c < fitting.manifest().classes().size(); c++) {
          assertThat(one.probability(row, c)).isCloseTo(two.probability(row, c), within(tolerance));
        }
      }
    }
  }

  private static Map<String, Object> near(Map<String, Object> row, Random random) {
    Map<String, Object> near = new HashMap<>(row);
    near.replaceAll(
        (name, value) ->
            value instanceof Double d
                ? d * (0.8 + 0.4 * random.nextDouble())
                : value instanceof List<?> pixels ? moved(pixels, random) : value);
    return near;
  }

  private static List<Object> moved(List<?> pixels, Random random) {
    List<Object> moved = new ArrayList<>(pixels);
    for (int i = 0; i < 20; i++) {
      moved.set(random.nextInt(moved.size()), (long) random.nextInt(256));
    }
    return moved;
  }

  private static String open(byte[] graph) {
    try (Engine engine = EngineChoice.FITTING.open(graph)) {
      return engine.name();
    }
  }
}
