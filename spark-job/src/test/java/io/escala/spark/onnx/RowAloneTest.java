package io.escala.spark.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.escala.inference.Bundle;
import io.escala.inference.BundleFiles;
import io.escala.inference.FolderBundleSource;
import io.escala.inference.Manifest;
import io.escala.inference.Model;
import io.escala.inference.Predictions;
import java.io.IOException;
import java.nio.DoubleBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A row gets the same bits alone and among any others: one answer, whichever door it came by. */
class RowAloneTest {
  private static final Path MODELS = Path.of(System.getProperty("escala.root"), "models");
  private static final List<String> COLUMNS =
      IntStream.range(0, 13).mapToObj(c -> "c" + c).toList();
  private static final int ROWS = 600;
  private static final int[] SIZES = {1, 2, 3, 7, 100};

  static Stream<Arguments> graphs() {
    Random random = new Random(3);
    return Stream.of(
        Arguments.of("logistic", logistic(random)),
        Arguments.of("boosted trees", trees(random)),
        Arguments.of("scorecard", scorecard(random)),
        Arguments.of("svm", svm(random, 6)),
        Arguments.of("svm with an odd number of vectors", svm(random, 7)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("graphs")
  void shouldGiveARowTheSameBitsWhicheverRowsStandBesideIt(String name, byte[] graph)
      throws OrtException {
    // given
    Random random = new Random(9);
    double[][] rows = new double[ROWS][COLUMNS.size()];
    for (double[] row : rows) {
      Arrays.setAll(row, c -> 4 * random.nextDouble() - 2);
    }
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      // As a bundle is opened: with more threads a single row's trees are shared out among them
      options.setIntraOpNumThreads(1);
      try (OrtSession session = environment.createSession(graph, options)) {
        assertAlike(environment, session, rows);
      }
    }
  }

  private static void assertAlike(OrtEnvironment environment, OrtSession session, double[][] rows)
      throws OrtException {
    double[][] together = probabilities(environment, session, rows, ROWS);
    assertThat(Arrays.stream(together).map(p -> p[0]).distinct().count()).isGreaterThan(30);

    for (int size : SIZES) {
      // when
      double[][] apart = probabilities(environment, session, rows, size);

      // then
      assertThat(apart).as("%s rows at a time", size).isDeepEqualTo(together);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"wine", "digits"})
  void shouldGiveARowOfABundleTheSameBitsWhicheverRowsStandBesideIt(String name)
      throws IOException {
    // given
    BundleFiles files = files(name);
    List<Map<String, Object>> rows = moved(Manifest.fromJson(files.read(Manifest.FILE_NAME)));
    try (Model model = Bundle.open(files)) {
      double[][] together = probabilities(model, rows, rows.size());
      assertThat(Arrays.stream(together).map(p -> p[0]).distinct().count()).isGreaterThan(100);

      for (int size : SIZES) {
        // when
        double[][] apart = probabilities(model, rows, size);

        // then
        assertThat(apart).as("%s rows at a time", size).isDeepEqualTo(together);
      }
    }
  }

  private static BundleFiles files(String name) throws IOException {
    FolderBundleSource source = new FolderBundleSource(MODELS);
    return source.files(name, source.current(name).orElseThrow());
  }

  /** The golden rows over and over, every number of them changed a little. */
  private static List<Map<String, Object>> moved(Manifest manifest) {
    Random random = new Random(5);
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 0; i < 250; i++) {
      Map<String, Object> row =
          new LinkedHashMap<>(manifest.golden().get(i % manifest.golden().size()).inputs());
      row.replaceAll((column, value) -> moved(value, random));
      rows.add(row);
    }
    return rows;
  }

  private static Object moved(Object value, Random random) {
    if (value instanceof List<?> pixels) {
      return pixels.stream()
          .map(pixel -> random.nextInt(10) == 0 ? (Object) random.nextInt(256) : pixel)
          .toList();
    }
    return ((Number) value).doubleValue() * (0.9 + random.nextDouble() / 5);
  }

  private static double[][] probabilities(Model model, List<Map<String, Object>> rows, int size) {
    int classes = model.manifest().classes().size();
    List<double[]> all = new ArrayList<>();
    for (int from = 0; from < rows.size(); from += size) {
      Predictions predictions =
          model.predict(rows.subList(from, Math.min(from + size, rows.size())));
      for (int row = 0; row < predictions.size(); row++) {
        double[] probabilities = new double[classes];
        for (int c = 0; c < classes; c++) {
          probabilities[c] = predictions.probability(row, c);
        }
        all.add(probabilities);
      }
    }
    return all.toArray(double[][]::new);
  }

  private static double[][] probabilities(
      OrtEnvironment environment, OrtSession session, double[][] rows, int size)
      throws OrtException {
    List<double[]> all = new ArrayList<>();
    for (int from = 0; from < rows.length; from += size) {
      double[][] some = Arrays.copyOfRange(rows, from, Math.min(from + size, rows.length));
      Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
      for (int c = 0; c < COLUMNS.size(); c++) {
        int column = c;
        double[] values = Arrays.stream(some).mapToDouble(row -> row[column]).toArray();
        inputs.put(
            COLUMNS.get(c),
            OnnxTensor.createTensor(
                environment, DoubleBuffer.wrap(values), new long[] {values.length, 1}));
      }
      try (OrtSession.Result result = session.run(inputs)) {
        all.addAll(List.of((double[][]) result.get("probabilities").orElseThrow().getValue()));
      } finally {
        inputs.values().forEach(OnnxTensor::close);
      }
    }
    return all.toArray(double[][]::new);
  }

  private static byte[] logistic(Random random) {
    return LogisticGraph.of(
        new LogisticFormula(
            List.of(),
            COLUMNS.stream().map(c -> new LogisticFormula.Measure(c, 0, 1)).toList(),
            Stream.generate(random::nextGaussian).limit(COLUMNS.size()).toList(),
            0.1,
            0.5));
  }

  private static byte[] trees(Random random) {
    TreeEnsemble.Builder trees = new TreeEnsemble.Builder();
    for (int tree = 0; tree < 300; tree++) {
      trees.root(
          trees.branch(
              tree % COLUMNS.size(),
              2 * random.nextGaussian(),
              trees.leaf(random.nextGaussian() / 10),
              trees.leaf(random.nextGaussian() / 10)));
    }
    List<EncodedColumn> columns = new ArrayList<>();
    COLUMNS.forEach(c -> columns.add(new EncodedColumn.Amount(c, 0)));
    return TreesGraph.of(
        columns, trees.build(), TreesGraph.Link.BOOSTED, new Answer(OptionalDouble.of(0.1), 0.5));
  }

  private static byte[] scorecard(Random random) {
    List<EncodedColumn> columns = new ArrayList<>();
    for (String column : COLUMNS) {
      List<Double> edges = new ArrayList<>();
      List<Double> points = new ArrayList<>(List.of(random.nextGaussian()));
      for (int edge = 0; edge < 20; edge++) {
        edges.add(-2 + edge / 5.0);
        points.add(random.nextGaussian());
      }
      columns.add(new EncodedColumn.Steps(column, 0, edges, points));
    }
    return ScorecardGraph.of(columns, 0.1, new Answer(OptionalDouble.empty(), 0.5));
  }

  private static byte[] svm(Random random, int size) {
    double[][] vectors = new double[size][COLUMNS.size()];
    for (double[] vector : vectors) {
      Arrays.setAll(vector, c -> random.nextGaussian());
    }
    double[][] coefficients = new double[SvmFormula.CLASSES][size];
    for (double[] pair : coefficients) {
      Arrays.setAll(pair, s -> random.nextGaussian());
    }
    return SvmGraph.of(
        new SvmFormula(
            COLUMNS,
            0.05,
            vectors,
            coefficients,
            new double[] {0.1, -0.2, 0.3},
            new double[] {-2, -1.5, -1},
            new double[] {0, 0.1, -0.1}));
  }
}
