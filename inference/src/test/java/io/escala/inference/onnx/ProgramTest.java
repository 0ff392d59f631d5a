package io.escala.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.escala.inference.Datatype;
import io.escala.inference.fixture.OnnxGraph;
import io.escala.inference.fixture.OnnxGraph.Proto;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operator says what ONNX Runtime says, and what is not computed is refused by name. */
class ProgramTest {
  private static final int ROWS = 150;
  private static final List<String> TEXTS = List.of("red", "green", "blue", "", "no such");

  static Stream<Arguments> graphs() {
    List<Arguments> graphs = new ArrayList<>();
    for (String operator : List.of("Add", "Sub", "Mul", "Div")) {
      graphs.add(Arguments.of(operator + ", a constant a column", ofColumns(operator, 3)));
      graphs.add(Arguments.of(operator + ", one constant", ofColumns(operator, 1)));
      graphs.add(
          Arguments.of(
              operator + ", a constant less or by rows",
              rows(3)
                  .doubles("c", new long[] {3}, 2, -3, 0.5)
                  .node(operator, List.of("c", "x"), "out")
                  .output("out", Datatype.FP64, -1, 3)
                  .toBytes()));
      graphs.add(
          Arguments.of(
              operator + ", rows and one value a row",
              rows(3)
                  .input("y", Datatype.FP64, -1, 1)
                  .node(operator, List.of("x", "y"), "out")
                  .output("out", Datatype.FP64, -1, 3)
                  .toBytes()));
      graphs.add(
          Arguments.of(
              operator + ", rows and rows",
              rows(3)
                  .input("y", Datatype.FP64, -1, 3)
                  .node(operator, List.of("y", "x"), "out")
                  .output("out", Datatype.FP64, -1, 3)
                  .toBytes()));
      graphs.add(
          Arguments.of(
              operator + ", single precision",
              new OnnxGraph()
                  .input("x", Datatype.FP32, -1, 3)
                  .floats("c", new long[] {1, 3}, 2, -3, 0.5f)
                  .node(operator, List.of("x", "c"), "out")
                  .output("out", Datatype.FP32, -1, 3)
                  .toBytes()));
    }
    for (String operator : List.of("Exp", "Neg", "Relu", "Sigmoid")) {
      graphs.add(
          Arguments.of(
              operator,
              rows(3)
                  .node(operator, List.of("x"), "out")
                  .output("out", Datatype.FP64, -1, 3)
                  .toBytes()));
    }
    graphs.add(
        Arguments.of(
            "Greater, by edges",
            rows(1)
                .doubles("edges", new long[] {1, 4}, -1, 0, 0.5, 2)
                .node("Greater", List.of("x", "edges"), "above")
                .node("Cast", List.of("above"), "counted", OnnxGraph.attribute("to", 7))
                .longs("axes", new long[] {1}, 1)
                .node("ReduceSum", List.of("counted", "axes"), "out")
                .output("out", Datatype.INT64, -1, 1)
                .toBytes()));
    graphs.add(
        Arguments.of(
            "IsNaN and Where",
            rows(1)
                .doubles("seven", new long[] {1}, 7)
                .node("Div", List.of("x", "x"), "none")
                .node("IsNaN", List.of("none"), "missing")
                .node("Where", List.of("missing", "seven", "x"), "out")
                .output("out", Datatype.FP64, -1, 1)
                .toBytes()));
    graphs.add(
        Arguments.of(
            "Clip",
            rows(3)
                .doubles("least", new long[] {}, -0.5)
                .doubles("most", new long[] {}, 1)
                .node("Clip", List.of("x", "least", "most"), "out")
                .output("out", Datatype.FP64, -1, 3)
                .toBytes()));
    graphs.add(
        Arguments.of(
            "Concat",
            rows(3)
                .input("y", Datatype.FP64, -1, 1)
                .node("Concat", List.of("y", "x", "y"), "out", OnnxGraph.attribute("axis", 1))
                .output("out", Datatype.FP64, -1, 5)
                .toBytes()));
    graphs.add(
        Arguments.of(
            "Slice",
            rows(5)
                .longs("from", new long[] {1}, 1)
                .longs("to", new long[] {1}, -1)
                .longs("axes", new long[] {1}, 1)
                .node("Slice", List.of("x", "from", "to", "axes"), "out")
                .output("out", Datatype.FP64, -1, 3)
                .toBytes()));
    graphs.add(
        Arguments.of(
            "Gather out of rows",
            rows(4)
                .longs("at", new long[] {3}, 2, 0, 2)
                .node("Gather", List.of("x", "at"), "out", OnnxGraph.attribute("axis", 1))
                .output("out", Datatype.FP64, -1, 3)
                .toBytes()));
    graphs.add(
        Arguments.of(
            "LabelEncoder and Gather out of a constant",
            new OnnxGraph()
                .input("x", Datatype.BYTES, -1, 1)
                .node(
                    "ai.onnx.ml",
                    "LabelEncoder",
                    List.of("x"),
                    "index",
                    OnnxGraph.stringsAttribute("keys_strings", List.of("red", "green", "blue")),
                    OnnxGraph.longsAttribute("values_int64s", List.of(2L, 0L, 1L)),
                    OnnxGraph.attribute("default_int64", 3))
                .doubles("numbers", new long[] {4}, 0.5, 1.5, 2.5, -1)
                .node("Gather", List.of("numbers", "index"), "out")
                .output("out", Datatype.FP64, -1, 1)
                .toBytes()));
    graphs.add(
        Arguments.of(
            "OneHotEncoder of texts",
            oneHot(
                Datatype.BYTES,
                OnnxGraph.stringsAttribute("cats_strings", List.of("green", "red")))));
    graphs.add(
        Arguments.of(
            "OneHotEncoder of whole numbers",
            oneHot(Datatype.INT64, OnnxGraph.longsAttribute("cats_int64s", List.of(1L, 3L)))));
    graphs.add(
        Arguments.of(
            "MatMul and ArgMax",
            rows(9)
                .doubles("w", new long[] {9, 4}, random(36))
                .node("MatMul", List.of("x", "w"), "product")
                .node(
                    "ArgMax",
                    List.of("product"),
                    "out",
                    OnnxGraph.attribute("axis", 1),
                    OnnxGraph.attribute("keepdims", 0))
                .output("out", Datatype.INT64, -1)
                .toBytes()));
    graphs.add(
        Arguments.of(
            "MatMul to one column",
            rows(6)
                .doubles("w", new long[] {6, 1}, random(6))
                .node("MatMul", List.of("x", "w"), "out")
                .output("out", Datatype.FP64, -1, 1)
                .toBytes()));
    graphs.add(
        Arguments.of(
            "Gemm and Softmax",
            rows(9)
                .doubles("w", new long[] {4, 9}, random(36))
                .doubles("b", new long[] {4}, 0.1, 0.2, -0.3, 4)
                .node("Gemm", List.of("x", "w", "b"), "scores", OnnxGraph.attribute("transB", 1))
                .node("Softmax", List.of("scores"), "out", OnnxGraph.attribute("axis", 1))
                .output("out", Datatype.FP64, -1, 4)
                .toBytes()));
    graphs.add(
        Arguments.of(
            "TreeEnsemble, parents first",
            trees(List.of(0L, 2L), List.of(0L, 1L, 1L), List.of(1L, 0L, 3L), List.of(0L, 1L, 1L))));
    graphs.add(
        Arguments.of(
            "TreeEnsemble, children first",
            trees(List.of(1L, 2L), List.of(1L, 0L, 1L), List.of(0L, 0L, 3L), List.of(1L, 0L, 1L))));
    graphs.add(Arguments.of("TreeEnsemble, deep in one place", deepTree(40)));
    graphs.add(Arguments.of("TreeEnsemble of 64 leaves", deepTree(63)));
    graphs.add(Arguments.of("TreeEnsemble of 65 leaves", deepTree(64)));
    graphs.add(Arguments.of("TreeEnsemble, a forest", forest(new Random(3), 40, 64)));
    graphs.add(
        Arguments.of("TreeEnsemble, a forest with a large tree", forest(new Random(4), 9, 90)));
    graphs.add(Arguments.of("Conv and MaxPool", network(List.of(1L, 1L), List.of(0L, 0L, 0L, 0L))));
    graphs.add(
        Arguments.of("Conv with strides", network(List.of(2L, 3L), List.of(0L, 0L, 0L, 0L))));
    graphs.add(Arguments.of("Conv with pads", network(List.of(2L, 1L), List.of(1L, 2L, 2L, 1L))));
    return graphs.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("graphs")
  void shouldComputeWhatOnnxRuntimeDoes(String name, byte[] graph) throws OrtException {
    // given
    Program program = Program.of(graph);
    Map<String, Object> columns = columns(program);
    Port port = program.outputs().get(0);

    // when
    Object computed = run(program, columns, program.chunk(ROWS));

    // then
    Object expected = onnxRuntime(graph, program, columns);
    double tolerance = port.element() == Element.FLOAT ? 1e-5 : 1e-12;
    int count = ROWS * port.width();
    for (int i = 0; i < count; i++) {
      double right = ((Number) Array.get(expected, i)).doubleValue();
      double got = ((Number) Array.get(computed, i)).doubleValue();
      if (Double.isFinite(right)) {
        assertThat(got)
            .as("value %s", i)
            .isCloseTo(right, within(tolerance * Math.max(1, Math.abs(right))));
      } else {
        assertThat(got).as("value %s", i).isEqualTo(Double.valueOf(right));
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("graphs")
  void shouldGiveARowTheSameBitsAloneAndAmongOthers(String name, byte[] graph) {
    // given
    Program program = Program.of(graph);
    Map<String, Object> columns = columns(program);

    // when
    Object together = run(program, columns, program.chunk(ROWS));

    // then
    assertThat(run(program, columns, 1)).isEqualTo(together);
    assertThat(run(program, columns, 7)).isEqualTo(together);
  }

  @Test
  void shouldSendWhatIsNoNumberOrInfiniteTheSameWayAloneAndAmongMany() {
    // given
    Program program = Program.of(forest(new Random(5), 30, 50));
    double[] odd = {Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, -0.0, 0.5, 1};
    double[] values = new double[2 * ROWS];
    for (int i = 0; i < values.length; i++) {
      values[i] = odd[(i % 2 == 0 ? i / 2 : i / 12) % odd.length];
    }

    // when
    Object together = run(program, Map.of("x", values), program.chunk(ROWS));

    // then
    assertThat(run(program, Map.of("x", values), 1)).isEqualTo(together);
  }

  @Test
  void shouldNameTheOperatorThatItDoesNotCompute() {
    // given
    byte[] graph =
        rows(3).node("Erf", List.of("x"), "out").output("out", Datatype.FP64, -1, 3).toBytes();

    // when / then
    assertThatThrownBy(() -> Program.of(graph))
        .isInstanceOf(UnsupportedGraphException.class)
        .hasMessage("the operator Erf");
  }

  @Test
  void shouldNotPassOverAnAttributeThatItDoesNotKnow() {
    // given
    byte[] graph =
        rows(3)
            .node("Relu", List.of("x"), "out", OnnxGraph.attribute("leak", 1))
            .output("out", Datatype.FP64, -1, 3)
            .toBytes();

    // when / then
    assertThatThrownBy(() -> Program.of(graph)).hasMessage("the operator Relu with leak");
  }

  @Test
  void shouldLeaveWhatHasNoValuesToOnnxRuntime() {
    // given
    byte[] graph =
        rows(1)
            .doubles("edges", new long[] {1, 0})
            .node("Greater", List.of("x", "edges"), "above")
            .node("Cast", List.of("above"), "counted", OnnxGraph.attribute("to", 7))
            .longs("columns", new long[] {1}, 1)
            .node("ReduceSum", List.of("counted", "columns"), "out")
            .output("out", Datatype.INT64, -1, 1)
            .toBytes();

    // when / then
    assertThatThrownBy(() -> Program.of(graph)).hasMessage("the operator Greater of nothing");
  }

  @Test
  void shouldRefuseWhatMixesRows() {
    // given
    byte[] graph =
        rows(2)
            .longs("shape", new long[] {1}, -1)
            .node("Reshape", List.of("x", "shape"), "out")
            .output("out", Datatype.FP64, -1)
            .toBytes();

    // when / then
    assertThatThrownBy(() -> Program.of(graph)).hasMessage("the operator Reshape to [-1]");
  }

  @Test
  void shouldRefuseBytesThatAreNoModelAndNeverFailOtherwise() {
    // given
    byte[] whole = network(List.of(1L, 1L), List.of(0L, 0L, 0L, 0L));
    Random random = new Random(5);

    for (int i = 0; i < 3000; i++) {
      byte[] damaged =
          i % 3 == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
      for (int j = 0; j < 1 + i % 4 && damaged.length > 0; j++) {
        damaged[random.nextInt(Math.min(damaged.length, 400))] = (byte) random.nextInt();
      }

      // when / then
      try {
        Program program = Program.of(damaged);
        program.run(program.memory(ROWS), 1);
      } catch (UnsupportedGraphException e) {
        assertThat(e).hasMessageNotContaining("null");
      }
    }
  }

  private static OnnxGraph rows(int width) {
    return new OnnxGraph().input("x", Datatype.FP64, -1, width);
  }

  private static byte[] ofColumns(String operator, int constants) {
    return rows(3)
        .doubles("c", new long[] {constants}, Arrays.copyOf(new double[] {2, -3, 0.5}, constants))
        .node(operator, List.of("x", "c"), "out")
        .output("out", Datatype.FP64, -1, 3)
        .toBytes();
  }

  /** Two trees, of two branches and of one. */
  private static byte[] trees(
      List<Long> roots, List<Long> features, List<Long> ifTrue, List<Long> ifTrueIsLeaf) {
    return trees(
        roots,
        features,
        new double[] {0.25, -0.5, 0},
        ifTrue,
        ifTrueIsLeaf,
        List.of(2L, 1L, 4L),
        List.of(1L, 1L, 1L),
        new double[] {0.1, 0.7, -0.2, 10, 20});
  }

  /** A tree that leads on by what is above a split, and splits that look alike. */
  private static byte[] deepTree(int branches) {
    double[] splits = Arrays.copyOf(random(branches), branches);
    Arrays.sort(splits);
    splits[3] = splits[1];
    splits[20] = -0.0;
    splits[21] = 0.0;
    splits[branches - 1] = Double.POSITIVE_INFINITY;
    List<Long> numbers = LongStream.range(0, branches).boxed().toList();
    return trees(
        List.of(0L),
        numbers.stream().map(i -> i % 3 == 0 ? 1L : 0L).toList(),
        splits,
        numbers,
        Collections.nCopies(branches, 1L),
        numbers.stream().map(i -> i + 1).toList(),
        numbers.stream().map(i -> i == branches - 1 ? 1L : 0L).toList(),
        random(branches + 1));
  }

  /** Trees that grow at random leaves, the largest to as many leaves as given. */
  private static byte[] forest(Random random, int trees, int most) {
    List<Long> roots = new ArrayList<>();
    List<Long> features = new ArrayList<>();
    List<List<Long>> to = List.of(new ArrayList<>(), new ArrayList<>());
    List<List<Long>> isLeaf = List.of(new ArrayList<>(), new ArrayList<>());
    long leaves = 0;
    for (int tree = 0; tree < trees; tree++) {
      roots.add((long) features.size());
      List<int[]> open = new ArrayList<>(); // a branch and a way from it
      int count = tree == 0 ? most : 2 + random.nextInt(most - 1);
      for (int branch = 0; branch < count - 1; branch++) {
        long here = features.size();
        if (branch > 0) {
          int[] from = open.remove(random.nextInt(open.size()));
          to.get(from[1]).set(from[0], here);
          isLeaf.get(from[1]).set(from[0], 0L);
        }
        features.add((long) random.nextInt(2));
        for (int way = 0; way < 2; way++) {
          to.get(way).add(-1L);
          isLeaf.get(way).add(1L);
          open.add(new int[] {(int) here, way});
        }
      }
      for (int[] from : open) {
        to.get(from[1]).set(from[0], leaves++);
      }
    }
    double[] splits =
        random.doubles(features.size(), -2, 2).map(x -> Math.rint(x * 8) / 8).toArray();
    return trees(
        roots,
        features,
        splits,
        to.get(0),
        isLeaf.get(0),
        to.get(1),
        isLeaf.get(1),
        random.doubles(leaves, -1, 1).toArray());
  }

  private static byte[] trees(
      List<Long> roots,
      List<Long> features,
      double[] splits,
      List<Long> ifTrue,
      List<Long> ifTrueIsLeaf,
      List<Long> ifFalse,
      List<Long> ifFalseIsLeaf,
      double[] leaves) {
    return new OnnxGraph(5)
        .input("x", Datatype.FP64, -1, 2)
        .node(
            "ai.onnx.ml",
            "TreeEnsemble",
            List.of("x"),
            "out",
            OnnxGraph.attribute("aggregate_function", 1),
            OnnxGraph.attribute("n_targets", 1),
            OnnxGraph.longsAttribute("tree_roots", roots),
            OnnxGraph.octetsAttribute("nodes_modes", new byte[splits.length]),
            OnnxGraph.longsAttribute("nodes_featureids", features),
            OnnxGraph.doublesAttribute("nodes_splits", splits),
            OnnxGraph.longsAttribute("nodes_truenodeids", ifTrue),
            OnnxGraph.longsAttribute("nodes_trueleafs", ifTrueIsLeaf),
            OnnxGraph.longsAttribute("nodes_falsenodeids", ifFalse),
            OnnxGraph.longsAttribute("nodes_falseleafs", ifFalseIsLeaf),
            OnnxGraph.longsAttribute("leaf_targetids", Collections.nCopies(leaves.length, 0L)),
            OnnxGraph.doublesAttribute("leaf_weights", leaves))
        .output("out", Datatype.FP64, -1, 1)
        .toBytes();
  }

  private static byte[] oneHot(Datatype type, Proto categories) {
    return new OnnxGraph()
        .input("x", type, -1, 1)
        .node(
            "ai.onnx.ml",
            "OneHotEncoder",
            List.of("x"),
            "hot",
            categories,
            OnnxGraph.attribute("zeros", 1))
        .node("Flatten", List.of("hot"), "flat", OnnxGraph.attribute("axis", 1))
        .node("Cast", List.of("flat"), "out", OnnxGraph.attribute("to", 11))
        .output("out", Datatype.FP64, -1, 2)
        .toBytes();
  }

  /**
   * Two convolutions of a picture of 9x10, the first as given, and what a classifier has on top.
   */
  private static byte[] network(List<Long> strides, List<Long> pads) {
    long height = (9 + pads.get(0) + pads.get(2) - 3) / strides.get(0) + 1;
    long width = (10 + pads.get(1) + pads.get(3) - 4) / strides.get(1) + 1;
    long pooledHeight = (height - 2) / 2 + 1;
    long pooledWidth = (width - 1) / 2 + 1;
    return new OnnxGraph()
        .input("pixels", Datatype.UINT8, -1, 90)
        .node("Cast", List.of("pixels"), "numbers", OnnxGraph.attribute("to", 1))
        .floats("white", new long[] {}, 255)
        .node("Div", List.of("numbers", "white"), "shades")
        .longs("image", new long[] {4}, -1, 1, 9, 10)
        .node("Reshape", List.of("shades", "image"), "images")
        .floats("w1", new long[] {6, 1, 3, 4}, floats(72))
        .floats("b1", new long[] {6}, floats(6))
        .node(
            "Conv",
            List.of("images", "w1", "b1"),
            "first",
            OnnxGraph.longsAttribute("strides", strides),
            OnnxGraph.longsAttribute("pads", pads))
        .node("Relu", List.of("first"), "active")
        .node(
            "MaxPool",
            List.of("active"),
            "pooled",
            OnnxGraph.longsAttribute("kernel_shape", List.of(2L, 1L)),
            OnnxGraph.longsAttribute("strides", List.of(2L, 2L)))
        .floats("w2", new long[] {5, 6, 1, 2}, floats(60))
        .node("Conv", List.of("pooled", "w2"), "second")
        .node("Flatten", List.of("second"), "flat", OnnxGraph.attribute("axis", 1))
        .floats(
            "w3",
            new long[] {5 * pooledHeight * (pooledWidth - 1), 4},
            floats((int) (20 * pooledHeight * (pooledWidth - 1))))
        .node("MatMul", List.of("flat", "w3"), "scores")
        .node("Softmax", List.of("scores"), "out", OnnxGraph.attribute("axis", 1))
        .output("out", Datatype.FP32, -1, 4)
        .toBytes();
  }

  private static double[] random(int count) {
    return new Random(2).doubles(count, -1, 1).toArray();
  }

  private static float[] floats(int count) {
    float[] floats = new float[count];
    double[] doubles = random(count);
    for (int i = 0; i < count; i++) {
      floats[i] = (float) doubles[i];
    }
    return floats;
  }

  /** For each input its values, row by row. Many are zero, as pixels are. */
  private static Map<String, Object> columns(Program program) {
    Random random = new Random(1);
    Map<String, Object> columns = new HashMap<>();
    for (Port port : program.inputs()) {
      int count = ROWS * port.width();
      Object values = port.element().array(count);
      for (int i = 0; i < count; i++) {
        boolean isZero = random.nextInt(3) == 0;
        switch (port.element()) {
          case DOUBLE -> ((double[]) values)[i] = isZero ? 0 : 3 * random.nextGaussian();
          case FLOAT -> ((float[]) values)[i] = isZero ? 0 : (float) random.nextGaussian();
          case INT64 -> ((long[]) values)[i] = random.nextInt(5);
          case UINT8 -> ((byte[]) values)[i] = isZero ? 0 : (byte) random.nextInt();
          default -> ((String[]) values)[i] = TEXTS.get(random.nextInt(TEXTS.size()));
        }
      }
      columns.put(port.name(), values);
    }
    return columns;
  }

  /** The first output, row by row, computed so many rows at a time. */
  private static Object run(Program program, Map<String, Object> columns, int atATime) {
    Port port = program.outputs().get(0);
    Object result = port.element().array(ROWS * port.width());
    Object[] memory = program.memory(ROWS);
    for (int from = 0; from < ROWS; from += atATime) {
      int rows = Math.min(atATime, ROWS - from);
      for (int input = 0; input < program.inputs().size(); input++) {
        Port in = program.inputs().get(input);
        for (int i = 0; i < rows * in.width(); i++) {
          int at = (from + i % rows) * in.width() + i / rows;
          System.arraycopy(columns.get(in.name()), at, program.input(memory, input), i, 1);
        }
      }
      program.run(memory, rows);
      for (int i = 0; i < rows * port.width(); i++) {
        int at = (from + i % rows) * port.width() + i / rows;
        System.arraycopy(program.output(memory, 0), i, result, at, 1);
      }
    }
    return result;
  }

  private static Object onnxRuntime(byte[] graph, Program program, Map<String, Object> columns)
      throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> tensors = new HashMap<>();
    try (OrtSession session = environment.createSession(graph)) {
      for (Port port : program.inputs()) {
        tensors.put(port.name(), tensor(environment, port, columns.get(port.name())));
      }
      try (OrtSession.Result result = session.run(tensors)) {
        OnnxTensor out = (OnnxTensor) result.get("out").orElseThrow();
        Object values =
            program.outputs().get(0).element().array((int) out.getInfo().getNumElements());
        if (values instanceof double[] doubles) {
          out.getDoubleBuffer().get(doubles);
        } else if (values instanceof float[] floats) {
          out.getFloatBuffer().get(floats);
        } else {
          out.getLongBuffer().get((long[]) values);
        }
        return values;
      }
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  private static OnnxTensor tensor(OrtEnvironment environment, Port port, Object values)
      throws OrtException {
    long[] shape =
        LongStream.concat(LongStream.of(ROWS), Arrays.stream(port.tail()).mapToLong(Long::valueOf))
            .toArray();
    return switch (port.element()) {
      case DOUBLE ->
          OnnxTensor.createTensor(environment, DoubleBuffer.wrap((double[]) values), shape);
      case FLOAT -> OnnxTensor.createTensor(environment, FloatBuffer.wrap((float[]) values), shape);
      case INT64 -> OnnxTensor.createTensor(environment, LongBuffer.wrap((long[]) values), shape);
      case UINT8 ->
          OnnxTensor.createTensor(
              environment,
              ByteBuffer.allocateDirect(((byte[]) values).length)
                  .order(ByteOrder.nativeOrder())
                  .put((byte[]) values)
                  .flip(),
              shape,
              OnnxJavaType.UINT8);
      default -> OnnxTensor.createTensor(environment, (String[]) values, shape);
    };
  }
}
