package io.escala.spark.onnx;

import io.escala.spark.onnx.OnnxGraph.Attribute;
import io.escala.spark.onnx.OnnxGraph.Element;
import java.util.ArrayList;
import java.util.List;

/**
 * A logistic regression over raw columns as an ONNX graph: raw columns in, {@code label} and {@code
 * probabilities} out. All arithmetic is in double precision and in Spark's own order of steps, so
 * that the answers agree to the last digits.
 */
public final class LogisticGraph {
  /** The ONNX operator set that the graph is written in. */
  public static final int OPSET = OnnxGraph.OPSET;

  /** What the graph takes for a missing text. No file has it as a value: an empty cell is null. */
  public static final String MISSING_TEXT = "";

  /** What the graph takes for a missing whole number. */
  public static final long MISSING_WHOLE = Long.MIN_VALUE;

  private static final long TO_INT64 = 7;
  private static final long TO_DOUBLE = 11;

  private LogisticGraph() {}

  /**
   * Inputs, each {@code [rows, 1]}: a text or a whole number for each category ({@link
   * #MISSING_TEXT} and {@link #MISSING_WHOLE} for null), a double for each measure (NaN for null).
   *
   * @return the bytes of {@code model.onnx}; equal formulas give equal bytes
   */
  public static byte[] of(LogisticFormula formula) {
    OnnxGraph graph = new OnnxGraph("logistic", OnnxGraph.ML_OPSET);
    List<String> features = new ArrayList<>();
    formula.categories().forEach(c -> features.add(indicators(graph, c)));
    formula.measures().forEach(m -> features.add(measure(graph, m)));

    String all = graph.node("Concat", "features", features, Attribute.of("axis", 1));
    double[] weights = formula.weights().stream().mapToDouble(Double::doubleValue).toArray();
    graph.constant("weights", weights, weights.length, 1);
    graph.constant("intercept", new double[] {formula.intercept()}, 1);
    graph.constant("one", new double[] {1}, 1);
    graph.constant("threshold", new double[] {formula.threshold()}, 1);
    graph.constant("flat", new long[] {-1}, 1);
    graph.node("MatMul", "weighted", List.of(all, "weights"));
    graph.node("Add", "margin", List.of("weighted", "intercept"));
    // As Spark does it: P(no) is the logistic function of the negated margin, P(yes) what is left
    graph.node("Neg", "negated", List.of("margin"));
    RowSigmoid.of(graph, "no", "negated");
    graph.node("Sub", "yes", List.of("one", "no"));
    graph.node("Concat", "probabilities", List.of("no", "yes"), Attribute.of("axis", 1));
    graph.node("Greater", "decided", List.of("yes", "threshold"));
    graph.node("Cast", "decision", List.of("decided"), Attribute.of("to", TO_INT64));
    graph.node("Reshape", "label", List.of("decision", "flat"));
    graph.output("label", Element.INT64);
    graph.output("probabilities", Element.DOUBLE, 2);
    return graph.toBytes();
  }

  private static String indicators(OnnxGraph graph, LogisticFormula.Category category) {
    String column = category.column();
    Attribute values =
        category.whole()
            ? Attribute.ofLongs(
                "cats_int64s", category.values().stream().map(Long::valueOf).toList())
            : Attribute.ofTexts("cats_strings", category.values());
    graph.input(column, category.whole() ? Element.INT64 : Element.STRING, 1);
    // zeros=1: an unknown value is no error and sets no indicator
    graph.mlNode(
        "OneHotEncoder", column + "/hot", List.of(column), values, Attribute.of("zeros", 1));
    graph.node("Flatten", column + "/flat", List.of(column + "/hot"), Attribute.of("axis", 1));
    return graph.node(
        "Cast", column + "/indicators", List.of(column + "/flat"), Attribute.of("to", TO_DOUBLE));
  }

  private static String measure(OnnxGraph graph, LogisticFormula.Measure measure) {
    String column = measure.column();
    graph.input(column, Element.DOUBLE, 1);
    graph.constant(column + "/mean", new double[] {measure.whenMissing()}, 1);
    graph.constant(column + "/factor", new double[] {measure.factor()}, 1);
    graph.node("IsNaN", column + "/missing", List.of(column));
    graph.node("Where", column + "/filled", List.of(column + "/missing", column + "/mean", column));
    return graph.node("Mul", column + "/scaled", List.of(column + "/filled", column + "/factor"));
  }
}
