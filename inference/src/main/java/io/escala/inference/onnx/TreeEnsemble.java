package io.escala.inference.onnx;

import java.util.Arrays;

/** The sum of what decision trees say of a row, in double precision. */
final class TreeEnsemble implements Step {
  private static final long SUM = 1;

  private final Value input;
  private final Value output;
  private final int[] roots;
  private final int[] features;
  private final double[] splits;

  /** Where a branch leads: to a branch, or, negative, to the leaf {@code -1 - next}. */
  private final int[] next;

  private final double[] leaves;

  private TreeEnsemble(
      Value input,
      Value output,
      int[] roots,
      int[] features,
      double[] splits,
      int[] next,
      double[] leaves) {
    this.input = input;
    this.output = output;
    this.roots = roots;
    this.features = features;
    this.splits = splits;
    this.next = next;
    this.leaves = leaves;
  }

  static void compile(Node node, Compiler compiler) {
    Value input = compiler.rows(node, 0);
    double[] splits = node.tensor("nodes_splits").doubles();
    double[] leaves = node.tensor("leaf_weights").doubles();
    boolean isKnown =
        input.element() == Element.DOUBLE
            && input.tail().length == 1
            && node.number("aggregate_function", SUM) == SUM
            && node.number("post_transform", 0) == 0
            && node.number("n_targets", 0) == 1;
    for (byte mode : node.tensor("nodes_modes").octets()) {
      isKnown &= mode == 0; // at most the split
    }
    for (long target : numbers(node, "leaf_targetids", leaves.length)) {
      isKnown &= target == 0;
    }
    if (!isKnown) {
      throw node.unsupported("other than a sum of doubles by splits that are at most");
    }
    int count = splits.length;
    int[] features = indices(node, "nodes_featureids", count, input.width());
    long[] ifTrue = numbers(node, "nodes_truenodeids", count);
    long[] ifTrueIsLeaf = numbers(node, "nodes_trueleafs", count);
    long[] ifFalse = numbers(node, "nodes_falsenodeids", count);
    long[] ifFalseIsLeaf = numbers(node, "nodes_falseleafs", count);
    int[] next = new int[2 * count];
    for (int i = 0; i < count; i++) {
      next[2 * i] = next(node, ifTrue[i], ifTrueIsLeaf[i] != 0, count, leaves.length);
      next[2 * i + 1] = next(node, ifFalse[i], ifFalseIsLeaf[i] != 0, count, leaves.length);
    }
    if (!ends(next)) {
      throw node.unsupported("whose branches lead on and back");
    }
    int[] roots = indices(node, "tree_roots", -1, count);
    compiler.multiplies(8L * roots.length);
    compiler.add(
        new TreeEnsemble(
            input,
            compiler.output(node, Element.DOUBLE, 1),
            roots,
            features,
            splits,
            next,
            leaves));
  }

  private static int next(Node node, long to, boolean isLeaf, int branches, int leaves) {
    if (to < 0 || to >= (isLeaf ? leaves : branches)) {
      throw node.unsupported("with a branch that leads to " + to);
    }
    return isLeaf ? (int) (-1 - to) : (int) to;
  }

  /** Whether all branches lead on, or all back: a graph that does both might never end. */
  private static boolean ends(int... next) {
    boolean on = true;
    boolean back = true;
    for (int i = 0; i < next.length; i++) {
      if (next[i] >= 0) {
        on &= next[i] > i / 2;
        back &= next[i] < i / 2;
      }
    }
    return on || back;
  }

  private static int[] indices(Node node, String name, int count, int limit) {
    long[] numbers = numbers(node, name, count);
    int[] indices = new int[numbers.length];
    for (int i = 0; i < indices.length; i++) {
      if (numbers[i] < 0 || numbers[i] >= limit) {
        throw node.unsupported("with " + numbers[i] + " among its " + name);
      }
      indices[i] = (int) numbers[i];
    }
    return indices;
  }

  private static long[] numbers(Node node, String name, int count) {
    long[] numbers = node.numbers(name);
    if (numbers == null || (count >= 0 && numbers.length != count)) {
      throw node.unsupported("without " + name);
    }
    return numbers;
  }

  /** Tree by tree, so that a tree stays in the cache while the rows pass. */
  @Override
  public void run(Object[] memory, int rows) {
    double[] in = (double[]) memory[input.slot()];
    double[] out = (double[]) memory[output.slot()];
    Arrays.fill(out, 0, rows, 0);
    for (int root : roots) {
      for (int row = 0; row < rows; row++) {
        out[row] += leaves[leaf(root, in, row, rows)];
      }
    }
  }

  private int leaf(int root, double[] in, int row, int rows) {
    int at = root;
    do {
      // What is not a number is not at most the split
      at = next[2 * at + (in[features[at] * rows + row] <= splits[at] ? 0 : 1)];
    } while (at >= 0);
    return -1 - at;
  }
}
