package io.escala.spark.onnx;

import io.escala.spark.onnx.OnnxGraph.Attribute;
import io.escala.spark.onnx.OnnxGraph.Element;
import java.util.ArrayList;
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

  private static final long TO_DOUBLE = 11;

  private SvmGraph() {}

  /** The bytes of {@code model.onnx}; equal formulas give equal bytes. */
  public static byte[] of(SvmFormula formula) {
    OnnxGraph graph = new OnnxGraph("svm", OnnxGraph.ML_OPSET);
    String decisions = decisions(graph, formula);
    label(graph, decisions);
    probabilities(graph, formula, decisions);
    return graph.toBytes();
  }

  /**
   * The exponent -gamma |x - s|² is one product of [x, |x|²] with a constant matrix, plus a
   * constant. Both are taken from the support vectors' mean: far from it, |x|² + |s|² - 2xs would
   * cancel. All is double precision: a single-precision exponential is 1.6 times as fast, but moves
   * probabilities by 3e-6, more than a bundle's golden rows may differ.
   */
  private static String decisions(OnnxGraph graph, SvmFormula formula) {
    int columns = formula.columns().size();
    int size = formula.size();
    double[] mean = new double[columns];
    for (double[] vector : formula.vectors()) {
      for (int c = 0; c < columns; c++) {
        mean[c] += vector[c] / size;
      }
    }
    double[] weights = new double[(columns + 1) * size];
    double[] bias = new double[size];
    for (int s = 0; s < size; s++) {
      double square = 0;
      for (int c = 0; c < columns; c++) {
        double centred = formula.vectors()[s][c] - mean[c];
        weights[c * size + s] = 2 * formula.gamma() * centred;
        square += centred * centred;
      }
      weights[columns * size + s] = -formula.gamma();
      bias[s] = -formula.gamma() * square;
    }
    double[] coefficients = new double[size * SvmFormula.CLASSES];
    double[] offsets = new double[SvmFormula.CLASSES];
    for (int pair = 0; pair < SvmFormula.CLASSES; pair++) {
      offsets[pair] = -formula.offsets()[pair];
      for (int s = 0; s < size; s++) {
        coefficients[s * SvmFormula.CLASSES + pair] = formula.coefficients()[pair][s];
      }
    }
    List<String> features = new ArrayList<>();
    formula.columns().forEach(c -> features.add(graph.input(c, Element.DOUBLE, 1)));
    graph.constant("mean", mean, columns);
    graph.constant("weights", weights, columns + 1, size);
    graph.constant("bias", bias, size);
    graph.constant("coefficients", coefficients, size, SvmFormula.CLASSES);
    graph.constant("offsets", offsets, SvmFormula.CLASSES);
    graph.constant("columns", new long[] {1}, 1);
    graph.node("Concat", "features", features, Attribute.of("axis", 1));
    graph.node("Sub", "centred", List.of("features", "mean"));
    graph.node("Mul", "squares", List.of("centred", "centred"));
    graph.node("ReduceSum", "square", List.of("squares", "columns"), Attribute.of("keepdims", 1));
    graph.node("Concat", "augmented", List.of("centred", "square"), Attribute.of("axis", 1));
    graph.node("Gemm", "exponent", List.of("augmented", "weights", "bias"));
    graph.node("Exp", "kernel", List.of("exponent"));
    return graph.node("Gemm", "decisions", List.of("kernel", "coefficients", "offsets"));
  }

  /** One vote a pair: for its first class where the decision is positive, else for its second. */
  private static void label(OnnxGraph graph, String decisions) {
    graph.constant("zero", new double[] {0}, 1);
    graph.constant("votesIfFirst", new double[] {1, -1, 0, 1, 0, -1, 0, 1, -1}, 3, 3);
    graph.constant("votesIfSecond", new double[] {0, 1, 2}, 3);
    graph.node("Greater", "positive", List.of(decisions, "zero"));
    graph.node("Cast", "first", List.of("positive"), Attribute.of("to", TO_DOUBLE));
    graph.node("Gemm", "votes", List.of("first", "votesIfFirst", "votesIfSecond"));
    graph.node(
        "ArgMax", "label", List.of("votes"), Attribute.of("axis", 1), Attribute.of("keepdims", 0));
    graph.output("label", Element.INT64);
  }

  private static void probabilities(OnnxGraph graph, SvmFormula formula, String decisions) {
    double[] slopes = new double[SvmFormula.CLASSES];
    double[] intercepts = new double[SvmFormula.CLASSES];
    for (int pair = 0; pair < SvmFormula.CLASSES; pair++) {
      slopes[pair] = -formula.slopes()[pair];
      intercepts[pair] = -formula.intercepts()[pair];
    }
    double[] left = new double[FACTORS * TERMS.length];
    double[] right = new double[FACTORS * TERMS.length];
    double[] sums = new double[TERMS.length * SvmFormula.CLASSES];
    for (int term = 0; term < TERMS.length; term++) {
      left[TERMS[term][0] * TERMS.length + term] = 1;
      right[TERMS[term][1] * TERMS.length + term] = 1;
      for (int i = 2; i < TERMS[term].length; i++) {
        sums[term * SvmFormula.CLASSES + TERMS[term][i]] = 1;
      }
    }
    graph.constant("slopes", slopes, SvmFormula.CLASSES);
    graph.constant("intercepts", intercepts, SvmFormula.CLASSES);
    graph.constant("least", new double[] {SvmFormula.LEAST_PROBABILITY});
    graph.constant("most", new double[] {1 - SvmFormula.LEAST_PROBABILITY});
    graph.constant("one", new double[] {1}, 1);
    graph.constant("left", left, FACTORS, TERMS.length);
    graph.constant("right", right, FACTORS, TERMS.length);
    graph.constant("minors", sums, TERMS.length, SvmFormula.CLASSES);
    graph.node("Mul", "scaled", List.of(decisions, "slopes"));
    graph.node("Add", "logit", List.of("scaled", "intercepts"));
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
    graph.node("ReduceSum", "total", List.of("unscaled", "columns"), Attribute.of("keepdims", 1));
    graph.node("Div", "probabilities", List.of("unscaled", "total"));
    graph.output("probabilities", Element.DOUBLE, SvmFormula.CLASSES);
  }
}
