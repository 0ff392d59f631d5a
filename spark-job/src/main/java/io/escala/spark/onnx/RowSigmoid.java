package io.escala.spark.onnx;

import io.escala.spark.onnx.OnnxGraph.Attribute;
import java.util.List;

/**
 * The logistic function of one number a row, to the same last bit whichever rows stand beside it.
 * ONNX Runtime computes it for doubles in pairs along the tensor, and for one that is left over in
 * another way, which may round otherwise. So each row brings a pair of its own.
 */
final class RowSigmoid {
  private RowSigmoid() {}

  /**
   * Adds it to a graph.
   *
   * @param input of shape {@code [rows, 1]}
   * @return the given name, now of a tensor of the same shape
   */
  static String of(OnnxGraph graph, String name, String input) {
    graph.constant(name + "/first", new long[] {0}, 1);
    graph.node("Concat", name + "/pair", List.of(input, input), Attribute.of("axis", 1));
    graph.node("Sigmoid", name + "/both", List.of(name + "/pair"));
    return graph.node(
        "Gather", name, List.of(name + "/both", name + "/first"), Attribute.of("axis", 1));
  }
}
