package io.escala.spark.onnx;

import io.escala.spark.onnx.OnnxGraph.Attribute;
import java.util.ArrayList;
import java.util.List;

/**
 * Decision trees over raw columns as an ONNX graph. Splits, leaves and sums are doubles, so that a
 * row goes the same way as in Spark at every split.
 */
public final class TreesGraph {
  private TreesGraph() {}

  /** What the sum of the leaves means. */
  public enum Link {
    /** P(no) is the logistic function of minus twice the sum, as in Spark's boosted trees. */
    BOOSTED,
    /** P(yes) is the sum, as in a forest whose leaves are shares divided by the number of trees. */
    AVERAGED
  }

  /**
   * Inputs, each {@code [rows, 1]}: a text ({@link LogisticGraph#MISSING_TEXT} for null) or a
   * double (NaN for null).
   *
   * @param columns the features of the trees, in order
   * @return the bytes of {@code model.onnx}; equal arguments give equal bytes
   */
  public static byte[] of(
      List<EncodedColumn> columns, TreeEnsemble trees, Link link, Answer answer) {
    OnnxGraph graph = new OnnxGraph("trees", OnnxGraph.ML_OPSET_OF_DOUBLE_TREES);
    ColumnNodes nodes = new ColumnNodes(graph);
    List<String> features = columns.stream().map(nodes::add).toList();
    graph.node("Concat", "features", features, Attribute.of("axis", 1));
    ensemble(graph, trees);
    switch (link) {
      case BOOSTED -> {
        graph.constant("minusTwo", new double[] {-2}, 1);
        graph.node("Mul", "margin", List.of("sum", "minusTwo"));
        RowSigmoid.of(graph, "fitted/no", "margin");
      }
      case AVERAGED -> graph.node("Sub", "fitted/no", List.of("one", "sum"));
    }
    nodes.answer("fitted/no", answer);
    return graph.toBytes();
  }

  private static void ensemble(OnnxGraph graph, TreeEnsemble trees) {
    // The operator numbers branches and leaves apart
    int[] numbers = new int[trees.nodes().size()];
    List<TreeEnsemble.Node> branches = new ArrayList<>();
    List<Double> leaves = new ArrayList<>();
    for (int i = 0; i < numbers.length; i++) {
      TreeEnsemble.Node node = trees.nodes().get(i);
      if (node.isLeaf()) {
        numbers[i] = leaves.size();
        leaves.add(node.value());
      } else {
        numbers[i] = branches.size();
        branches.add(node);
      }
    }
    List<Long> roots = new ArrayList<>();
    List<Long> features = new ArrayList<>();
    List<Double> splits = new ArrayList<>();
    List<Long> left = new ArrayList<>();
    List<Long> leftIsLeaf = new ArrayList<>();
    List<Long> right = new ArrayList<>();
    List<Long> rightIsLeaf = new ArrayList<>();
    for (TreeEnsemble.Node branch : branches) {
      features.add((long) branch.feature());
      splits.add(branch.value());
      left.add((long) numbers[branch.left()]);
      leftIsLeaf.add(trees.nodes().get(branch.left()).isLeaf() ? 1L : 0L);
      right.add((long) numbers[branch.right()]);
      rightIsLeaf.add(trees.nodes().get(branch.right()).isLeaf() ? 1L : 0L);
    }
    for (int root : trees.roots()) {
      TreeEnsemble.Node node = trees.nodes().get(root);
      if (!node.isLeaf()) {
        roots.add((long) numbers[root]);
        continue;
      }
      // A root must be a branch: one that leads to the leaf either way
      roots.add((long) splits.size());
      features.add(0L);
      splits.add(0.0);
      left.add((long) numbers[root]);
      leftIsLeaf.add(1L);
      right.add((long) leaves.size());
      rightIsLeaf.add(1L);
      leaves.add(node.value());
    }
    graph.mlNode(
        "TreeEnsemble",
        "sum",
        List.of("features"),
        Attribute.of("aggregate_function", 1), // the sum
        Attribute.of("n_targets", 1),
        Attribute.ofLongs("tree_roots", roots),
        Attribute.ofTensor("nodes_modes", new byte[splits.size()]), // 0: at most the split
        Attribute.ofLongs("nodes_featureids", features),
        Attribute.ofTensor("nodes_splits", doubles(splits)),
        Attribute.ofLongs("nodes_truenodeids", left),
        Attribute.ofLongs("nodes_trueleafs", leftIsLeaf),
        Attribute.ofLongs("nodes_falsenodeids", right),
        Attribute.ofLongs("nodes_falseleafs", rightIsLeaf),
        Attribute.ofLongs("leaf_targetids", leaves.stream().map(l -> 0L).toList()),
        Attribute.ofTensor("leaf_weights", doubles(leaves)));
  }

  private static double[] doubles(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
