package io.escala.spark.onnx;

import io.escala.spark.onnx.OnnxGraph.Attribute;
import io.escala.spark.onnx.OnnxGraph.Element;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Puts raw columns into a graph, each once, and their encodings as columns of doubles. */
final class ColumnNodes {
  private static final long TO_INT64 = 7;

  private final OnnxGraph graph;
  private final Map<String, String> inputs = new HashMap<>();
  private int encoded;

  ColumnNodes(OnnxGraph graph) {
    this.graph = graph;
    graph.constant("one", new double[] {1}, 1);
    graph.constant("columns", new long[] {1}, 1);
    graph.constant("flat", new long[] {-1}, 1);
  }

  /** The name of a tensor of doubles, [rows, 1]. */
  String add(EncodedColumn column) {
    String prefix = column.column() + "/" + encoded++;
    if (column instanceof EncodedColumn.Level level) {
      return level(level, prefix);
    }
    if (column instanceof EncodedColumn.Amount amount) {
      return filled(amount.column(), amount.whenMissing(), prefix);
    }
    return steps((EncodedColumn.Steps) column, prefix);
  }

  private String level(EncodedColumn.Level level, String prefix) {
    int size = level.values().size();
    String input = input(level.column(), Element.STRING);
    // Over an index, because a LabelEncoder of this version maps texts to no doubles
    if (size == 0) {
      throw new IllegalArgumentException(level.column() + " has no value");
    }
    graph.mlNode(
        "LabelEncoder",
        prefix + "/index",
        List.of(input),
        Attribute.ofTexts("keys_strings", level.values()),
        Attribute.ofLongs(
            "values_int64s", java.util.stream.LongStream.range(0, size).boxed().toList()),
        Attribute.of("default_int64", size));
    double[] numbers = new double[size + 1];
    for (int i = 0; i < size; i++) {
      numbers[i] = level.numbers().get(i);
    }
    numbers[size] = level.other();
    graph.constant(prefix + "/numbers", numbers, size + 1);
    return graph.node("Gather", prefix, List.of(prefix + "/numbers", prefix + "/index"));
  }

  private String steps(EncodedColumn.Steps steps, String prefix) {
    String filled = filled(steps.column(), steps.whenMissing(), prefix + "/filled");
    double[] edges = steps.edges().stream().mapToDouble(Double::doubleValue).toArray();
    double[] numbers = steps.numbers().stream().mapToDouble(Double::doubleValue).toArray();
    if (edges.length == 0) {
      // The column had one value when the model was fitted: an edge that no number is above
      edges = new double[] {Double.POSITIVE_INFINITY};
      numbers = new double[] {numbers[0], numbers[0]};
    }
    graph.constant(prefix + "/edges", edges, 1, edges.length);
    graph.constant(prefix + "/numbers", numbers, numbers.length);
    graph.node("Greater", prefix + "/above", List.of(filled, prefix + "/edges"));
    graph.node(
        "Cast", prefix + "/counted", List.of(prefix + "/above"), Attribute.of("to", TO_INT64));
    graph.node("ReduceSum", prefix + "/bin", List.of(prefix + "/counted", "columns"));
    return graph.node("Gather", prefix, List.of(prefix + "/numbers", prefix + "/bin"));
  }

  private String filled(String column, double whenMissing, String output) {
    String input = input(column, Element.DOUBLE);
    graph.constant(output + "/default", new double[] {whenMissing}, 1);
    graph.node("IsNaN", output + "/missing", List.of(input));
    return graph.node("Where", output, List.of(output + "/missing", output + "/default", input));
  }

  private String input(String column, Element element) {
    return inputs.computeIfAbsent(column, c -> graph.input(c, element, 1));
  }

  /**
   * The model's outputs.
   *
   * @param no the name of a tensor of doubles, [rows, 1]: P(no) as the fit gives it
   */
  void answer(String no, Answer answer) {
    graph.constant("threshold", new double[] {answer.threshold()}, 1);
    String yes = graph.node("Sub", "fitted/yes", List.of("one", no));
    String negative = no;
    if (answer.prior().isPresent()) {
      double prior = answer.prior().getAsDouble();
      graph.constant("prior/yes", new double[] {prior}, 1);
      graph.constant("prior/no", new double[] {1 - prior}, 1);
      graph.node("Sub", "rest", List.of("one", yes));
      graph.node("Mul", "share/yes", List.of(yes, "prior/yes"));
      graph.node("Mul", "share/no", List.of("rest", "prior/no"));
      graph.node("Add", "share/all", List.of("share/yes", "share/no"));
      yes = graph.node("Div", "yes", List.of("share/yes", "share/all"));
      negative = graph.node("Sub", "no", List.of("one", yes));
    }
    graph.node("Concat", "probabilities", List.of(negative, yes), Attribute.of("axis", 1));
    graph.node("Greater", "decided", List.of(yes, "threshold"));
    graph.node("Cast", "decision", List.of("decided"), Attribute.of("to", TO_INT64));
    graph.node("Reshape", "label", List.of("decision", "flat"));
    graph.output("label", Element.INT64);
    graph.output("probabilities", Element.DOUBLE, 2);
  }
}
