package io.escala.spark.onnx;

import io.escala.spark.onnx.OnnxGraph.Attribute;
import io.escala.spark.onnx.OnnxGraph.Element;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A support vector classifier ({@link SvmFormula}) as an ONNX graph: a number for each column in,
 * {@code label} and {@code probabilities} out. Made for batches: the kernel of all rows against all
 * support vectors is one matrix product and one exponential.
 */
public final class SvmGraph {
  /** The ONNX operator set that the graph is written in. */
  public static final int OPSET = OnnxGraph.OPSET;

  /**
   * The terms of the coupling, by their factors. With r the pairs' probabilities, r01 that of class
   * 0 against 1, the unscaled probabilities are the row sums of the adjugate of the coupling's
   * matrix. Written out, every minor is a sum of products of squares (columns 0 to 5: r01, r02,
   * r12, r10, r20, r21) and of r_ij r_ji (columns 6 to 8: 01, 02, 12), all positive: nothing
   * cancels. Each term is {factor, factor, the classes that it counts for}.
   */
  private static final int[][] TERMS = {
    {0, 1, 0}, {0, 2, 0}, {5, 1, 0}, // minor 00
    {3, 1, 1}, {3, 2, 1}, {4, 2, 1}, // minor 11
    {3, 5, 2}, {4, 0, 2}, {4, 5, 2}, // minor 22
    {6, 1, 0, 1}, {6, 2, 0, 1}, {7, 8, 0, 1}, // minor 01
    {7, 0, 0, 2}, {7, 5, 0, 2}, {6, 8, 0, 2}, // minor 02
    {8, 3, 1, 2}, {8, 4, 1, 2}, {6, 7, 1, 2}, // minor 12
  };

  private static final int FACTORS = 9;

  /**
   * The pairs and a blank, which changes nothing. ONNX Runtime computes exponentials of doubles two
   * at a time along the tensor and one that is left over in another way, which may round otherwise:
   * with an even number in a row, a row's bits do not depend on the rows beside it.
   */
  private static final int COLUMNS = 4;

  private static final long TO_DOUBLE = 11;

  private SvmGraph() {}

  /** The bytes of {@code model.onnx}; equal formulas give equal bytes. */
  public static byte[] of(SvmFormula formula) {
    OnnxGraph graph = new OnnxGraph("svm", OnnxGraph.ML_OPSET);
    String decisions = decisions(graph, formula);
    label(graph, decisions);
    probabilities(graph, decisions);
    return graph.toBytes();
  }

  /**
   * The exponent -gamma |x - s|² is one product of [x, |x|²] with a constant matrix, plus a
   * constant. Both are taken from the support vectors' mean: far from it, |x|² + |s|² - 2xs would
   * cancel. All is double precision: a single-precision exponential is 1.6 times as fast, but moves
   * probabilities by 3e-6, more than a bundle's golden rows may differ.
   *
   * @return the name of [rows, 2 x {@link #COLUMNS}]: the decisions, and beside them, out of the
   *     same product, the logits of the pairs' probabilities
   */
  private static String decisions(OnnxGraph graph, SvmFormula formula) {
    int columns = formula.columns().size();
    int size = formula.size() + formula.size() % 2; // even; a blank one counts nothing
    double[] mean = new double[columns];
    for (double[] vector : formula.vectors()) {
      for (int c = 0; c < columns; c++) {
        mean[c] += vector[c] / formula.size();
      }
    }
    double[] weights = new double[(columns + 1) * size];
    double[] bias = new double[size];
    for (int s = 0; s < formula.size(); s++) {
      double square = 0;
      for (int c = 0; c < columns; c++) {
        double centred = formula.vectors()[s][c] - mean[c];
        weights[c * size + s] = 2 * formula.gamma() * centred;
        square += centred * centred;
      }
      weights[columns * size + s] = -formula.gamma();
      bias[s] = -formula.gamma() * square;
    }
    double[] coefficients = new double[size * 2 * COLUMNS];
    double[] offsets = new double[2 * COLUMNS];
    for (int pair = 0; pair < SvmFormula.CLASSES; pair++) {
      double slope = -formula.slopes()[pair];
      offsets[pair] = -formula.offsets()[pair];
      offsets[COLUMNS + pair] = slope * offsets[pair] - formula.intercepts()[pair];
      for (int s = 0; s < formula.size(); s++) {
        double coefficient = formula.coefficients()[pair][s];
        coefficients[s * 2 * COLUMNS + pair] = coefficient;
        coefficients[s * 2 * COLUMNS + COLUMNS + pair] = slope * coefficient;
      }
    }
    List<String> features = new ArrayList<>();
    formula.columns().forEach(c -> features.add(graph.input(c, Element.DOUBLE, 1)));
    graph.constant("mean", mean, columns);
    graph.constant("weights", weights, columns + 1, size);
    graph.constant("bias", bias, size);
    graph.constant("coefficients", coefficients, size, 2 * COLUMNS);
    graph.constant("offsets", offsets, 2 * COLUMNS);
    graph.constant("features/ones", ones(columns), columns, 1);
    graph.node("Concat", "features", features, Attribute.of("axis", 1));
    graph.node("Sub", "centred", List.of("features", "mean"));
    graph.node("Mul", "squares", List.of("centred", "centred"));
    // No ReduceSum, which adds in another order where a row does not start at an even place
    graph.node("MatMul", "square", List.of("squares", "features/ones"));
    graph.node("Concat", "augmented", List.of("centred", "square"), Attribute.of("axis", 1));
    graph.node("Gemm", "exponent", List.of("augmented", "weights", "bias"));
    graph.node("Exp", "kernel", List.of("exponent"));
    return graph.node("Gemm", "decisions", List.of("kernel", "coefficients", "offsets"));
  }

  /** One vote a pair: for its first class where the decision is positive, else for its second. */
  private static void label(OnnxGraph graph, String decisions) {
    graph.constant("zero", new double[] {0}, 1);
    double[] votes = Arrays.copyOf(new double[] {1, -1, 0, 1, 0, -1, 0, 1, -1}, 2 * COLUMNS * 3);
    graph.constant("votesIfFirst", votes, 2 * COLUMNS, 3);
    graph.constant("votesIfSecond", new double[] {0, 1, 2}, 3);
    graph.node("Greater", "positive", List.of(decisions, "zero"));
    graph.node("Cast", "first", List.of("positive"), Attribute.of("to", TO_DOUBLE));
    graph.node("Gemm", "votes", List.of("first", "votesIfFirst", "votesIfSecond"));
    graph.node(
        "ArgMax", "label", List.of("votes"), Attribute.of("axis", 1), Attribute.of("keepdims", 0));
    graph.output("label", Element.INT64);
  }

  private static void probabilities(OnnxGraph graph, String decisions) {
    int rows = FACTORS / SvmFormula.CLASSES * COLUMNS;
    double[] left = new double[rows * TERMS.length];
    double[] right = new double[rows * TERMS.length];
    double[] sums = new double[TERMS.length * SvmFormula.CLASSES];
    for (int term = 0; term < TERMS.length; term++) {
      left[place(TERMS[term][0]) * TERMS.length + term] = 1;
      right[place(TERMS[term][1]) * TERMS.length + term] = 1;
      for (int i = 2; i < TERMS[term].length; i++) {
        sums[term * SvmFormula.CLASSES + TERMS[term][i]] = 1;
      }
    }
    graph.constant("logits/from", new long[] {COLUMNS}, 1);
    graph.constant("logits/to", new long[] {2 * COLUMNS}, 1);
    graph.constant("logits/axis", new long[] {1}, 1);
    graph.constant("least", new double[] {SvmFormula.LEAST_PROBABILITY});
    graph.constant("most", new double[] {1 - SvmFormula.LEAST_PROBABILITY});
    graph.constant("one", new double[] {1}, 1);
    graph.constant("left", left, rows, TERMS.length);
    graph.constant("right", right, rows, TERMS.length);
    graph.constant("minors", sums, TERMS.length, SvmFormula.CLASSES);
    graph.node("Slice", "logit", List.of(decisions, "logits/from", "logits/to", "logits/axis"));
    graph.node("Sigmoid", "sigmoid", List.of("logit"));
    graph.node("Clip", "pairs", List.of("sigmoid", "least", "most"));
    graph.node("Sub", "others", List.of("one", "pairs"));
    graph.node("Concat", "both", List.of("pairs", "others"), Attribute.of("axis", 1));
    graph.node("Mul", "bothSquared", List.of("both", "both"));
    graph.node("Mul", "crossed", List.of("pairs", "others"));
    graph.node("Concat", "factors", List.of("bothSquared", "crossed"), Attribute.of("axis", 1));
    graph.node("MatMul", "leftFactors", List.of("factors", "left"));
    graph.node("MatMul", "rightFactors", List.of("factors", "right"));
    graph.node("Mul", "terms", List.of("leftFactors", "rightFactors"));
    graph.node("MatMul", "unscaled", List.of("terms", "minors"));
    graph.constant("classes/ones", ones(SvmFormula.CLASSES), SvmFormula.CLASSES, 1);
    graph.node("MatMul", "total", List.of("unscaled", "classes/ones"));
    graph.node("Div", "probabilities", List.of("unscaled", "total"));
    graph.output("probabilities", Element.DOUBLE, SvmFormula.CLASSES);
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** Of a factor among the columns: three factors, then a blank, and so on. */
  private static int place(int factor) {
    return factor / SvmFormula.CLASSES * COLUMNS + factor % SvmFormula.CLASSES;
  }
}
