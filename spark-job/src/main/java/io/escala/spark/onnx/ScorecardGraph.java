package io.escala.spark.onnx;

import java.util.List;

/**
 * A logistic regression over categories and bins as an ONNX graph: every raw column looks up its
 * points, P(yes) is the logistic function of their sum and the intercept.
 */
public final class ScorecardGraph {
  private ScorecardGraph() {}

  /**
   * Inputs, each {@code [rows, 1]}: a text ({@link LogisticGraph#MISSING_TEXT} for null) or a
   * double (NaN for null).
   *
   * @param columns whose numbers are points
   * @return the bytes of {@code model.onnx}; equal arguments give equal bytes
   */
  public static byte[] of(List<EncodedColumn> columns, double intercept, Answer answer) {
    OnnxGraph graph = new OnnxGraph("scorecard", OnnxGraph.ML_OPSET);
    ColumnNodes nodes = new ColumnNodes(graph);
    String sum = graph.constant("intercept", new double[] {intercept}, 1);
    for (int i = 0; i < columns.size(); i++) {
      sum = graph.node("Add", "margin/" + i, List.of(sum, nodes.add(columns.get(i))));
    }
    graph.node("Neg", "negated", List.of(sum));
    RowSigmoid.of(graph, "fitted/no", "negated");
    nodes.answer("fitted/no", answer);
    return graph.toBytes();
  }
}
