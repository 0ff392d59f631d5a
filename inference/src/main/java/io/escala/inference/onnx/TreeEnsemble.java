package io.escala.inference.onnx;

import java.util.Arrays;

/**
 * The sum of what decision trees say of a row, in double precision.
 *
 * <p>Which way a row goes is a guess that a processor gets wrong every other time, so no step of it
 * is a jump: a feature becomes the number of splits below it, which are counted once for all trees,
 * and a sign bit says which of two nodes, side by side, is next. A leaf leads to itself. Four rows,
 * or for one row all trees, take their steps together, as each waits for the memory most of the
 * time.
 */
final class TreeEnsemble implements Step {
  private static final long SUM = 1;

  /** After so many steps it looks whether all are at leaves: some trees are deep in one place. */
  private static final int STRIDE = 8;

  /** From so many rows on it pays to make {@link LeafMasks}; less would make a start longer. */
  private static final int MANY = 16;

  private final Value input;
  private final Value output;

  /** The splits of each feature, the smallest first, each once. */
  private final double[][] splits;

  /** A node in 64 bits: where the two that follow lie, the place of its split, its feature. */
  private final long[] nodes;

  /** What a leaf says. */
  private final double[] values;

  private final int[] roots;

  /** How many steps lead to the furthest leaf of each tree. */
  private final int[] depths;

  /** Whether many rows are not walked through the trees. */
  private final boolean isMasked;

  /** Made by the first run of many rows. */
  private volatile LeafMasks masks;

  private TreeEnsemble(
      Value input,
      Value output,
      double[][] splits,
      long[] nodes,
      double[] values,
      int[] roots,
      int[] depths) {
    this.input = input;
    this.output = output;
    this.splits = splits;
    this.nodes = nodes;
    this.values = values;
    this.roots = roots;
    this.depths = depths;
    this.isMasked = LeafMasks.fit(splits, nodes.length, roots);
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
    double[][] byFeature = byFeature(node, features, splits, input.width());
    int[] next = new int[2 * count];
    next(node, "nodes_truenodeids", "nodes_trueleafs", leaves.length, next, 0);
    next(node, "nodes_falsenodeids", "nodes_falseleafs", leaves.length, next, 1);
    int[] trees = indices(node, "tree_roots", -1, count);
    long[] nodes = new long[trees.length + 2 * count];
    double[] values = new double[nodes.length];
    int[] roots = new int[trees.length];
    int[] depths = new int[trees.length];
    boolean[] isSeen = new boolean[count];
    int[] branches = new int[count]; // that are still to be laid out, and where
    int[] places = new int[count];
    int end = 0;
    for (int tree = 0; tree < trees.length; tree++) {
      int waiting = 0;
      int last = see(node, trees[tree], isSeen, branches, places, 0, end);
      roots[tree] = end++;
      for (; waiting < last; depths[tree]++) {
        for (int endOfLevel = last; waiting < endOfLevel; waiting++) {
          int from = branches[waiting];
          nodes[places[waiting]] =
              pack(end, place(byFeature[features[from]], splits[from]), features[from]);
          for (int way = 0; way < 2; way++) {
            int to = next[2 * from + way];
            if (to >= 0) {
              last = see(node, to, isSeen, branches, places, last, end);
            } else {
              nodes[end] = pack(end, Short.MAX_VALUE, 0);
              values[end] = leaves[-1 - to];
            }
            end++;
          }
        }
      }
    }
    compiler.multiplies(8L * roots.length);
    compiler.add(
        new TreeEnsemble(
            input,
            compiler.output(node, Element.DOUBLE, 1),
            byFeature,
            nodes,
            values,
            roots,
            depths));
  }

  private static int see(
      Node node, int branch, boolean[] isSeen, int[] branches, int[] places, int last, int place) {
    if (isSeen[branch]) {
      throw node.unsupported("with a branch that several lead to");
    }
    isSeen[branch] = true;
    branches[last] = branch;
    places[last] = place;
    return last + 1;
  }

  // No streams here: a cold start on Lambda would wait for what makes lambdas
  private static double[][] byFeature(Node node, int[] features, double[] splits, int width) {
    int[] counts = new int[width];
    for (int feature : features) {
      counts[feature]++;
    }
    double[][] byFeature = new double[width][];
    for (int feature = 0; feature < width; feature++) {
      byFeature[feature] = new double[counts[feature]];
    }
    for (int i = 0; i < splits.length; i++) {
      byFeature[features[i]][--counts[features[i]]] = splits[i] + 0.0; // there is but one zero
    }
    for (int feature = 0; feature < width; feature++) {
      double[] sorted = byFeature[feature];
      Arrays.sort(sorted); // what is not a number comes last
      int count = 0;
      for (double split : sorted) {
        if (!Double.isNaN(split) && (count == 0 || split != sorted[count - 1])) {
          sorted[count++] = split;
        }
      }
      byFeature[feature] = Arrays.copyOf(sorted, count);
      if (count > Short.MAX_VALUE || width > Character.MAX_VALUE) {
        throw node.unsupported("with so many features or splits");
      }
    }
    return byFeature;
  }

  /** Nothing is at most what is not a number. */
  private static int place(double[] splits, double split) {
    return Double.isNaN(split) ? -1 : Arrays.binarySearch(splits, split + 0.0);
  }

  private static long pack(int next, int place, int feature) {
    return (long) next << 32 | (place & 0xFFFFL) << 16 | feature;
  }

  /** Where branches lead one way: to a branch, or, negative, to the leaf {@code -1 - next}. */
  private static void next(Node node, String ids, String leafs, int leaves, int[] next, int way) {
    int branches = next.length / 2;
    long[] isLeaf = numbers(node, leafs, branches);
    long[] to = numbers(node, ids, branches);
    for (int i = 0; i < branches; i++) {
      if (to[i] < 0 || to[i] >= (isLeaf[i] != 0 ? leaves : branches)) {
        throw node.unsupported("with a branch that leads to " + to[i]);
      }
      next[2 * i + way] = (int) (isLeaf[i] != 0 ? -1 - to[i] : to[i]);
    }
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

  @Override
  public void run(Object[] memory, int rows) {
    int[] places = places((double[]) memory[input.slot()], rows);
    double[] out = (double[]) memory[output.slot()];
    if (rows == 1) {
      out[0] = ofOne(places);
    } else if (rows < MANY || !isMasked) {
      ofSeveral(places, out, rows);
    } else {
      ofMany(places, out, rows);
    }
  }

  private void ofMany(int[] places, double[] out, int rows) {
    if (masks == null) { // two threads may make the same at once
      masks = new LeafMasks(splits, nodes, values, roots);
    }
    masks.run(places, out, rows);
  }

  /**
   * How many splits of its feature each value is above; all, for what is not a number. Row by row.
   */
  private int[] places(double[] in, int rows) {
    int width = splits.length;
    int[] places = new int[width * rows];
    for (int feature = 0; feature < width; feature++) {
      if (splits[feature].length > 0) {
        int row = 0;
        for (; row + 4 <= rows; row += 4) {
          placesOfFour(splits[feature], in, feature * rows + row, places, row * width + feature);
        }
        for (; row < rows; row++) {
          places[row * width + feature] = above(splits[feature], in[feature * rows + row]);
        }
      }
    }
    return places;
  }

  /** Four searches side by side, for each of their steps waits for the one before. */
  private void placesOfFour(double[] of, double[] in, int from, int[] places, int to) {
    double first = in[from];
    double second = in[from + 1];
    double third = in[from + 2];
    double fourth = in[from + 3];
    int a = 0;
    int b = 0;
    int c = 0;
    int d = 0;
    for (int left = of.length; left > 1; ) {
      int half = left >>> 1;
      a += first <= of[a + half - 1] ? 0 : half;
      b += second <= of[b + half - 1] ? 0 : half;
      c += third <= of[c + half - 1] ? 0 : half;
      d += fourth <= of[d + half - 1] ? 0 : half;
      left -= half;
    }
    int width = splits.length;
    places[to] = a + (first <= of[a] ? 0 : 1);
    places[to + width] = b + (second <= of[b] ? 0 : 1);
    places[to + 2 * width] = c + (third <= of[c] ? 0 : 1);
    places[to + 3 * width] = d + (fourth <= of[d] ? 0 : 1);
  }

  private static int above(double[] splits, double value) {
    int from = 0;
    for (int left = splits.length; left > 1; ) {
      int half = left >>> 1;
      from += value <= splits[from + half - 1] ? 0 : half;
      left -= half;
    }
    return from + (value <= splits[from] ? 0 : 1);
  }

  /**
   * The node after a node.
   *
   * @param row where the row's places begin
   */
  private static int next(long node, int[] places, int row) {
    return next(node) + ((place(node) - places[row + feature(node)]) >>> 31);
  }

  /** Where the two lie that follow a node: at most the split, or above it. A leaf's is itself. */
  static int next(long node) {
    return (int) (node >> 32);
  }

  /** Which split of its feature a node has, from 0; -1 if all are above it. */
  static int place(long node) {
    return (short) (node >> 16);
  }

  static int feature(long node) {
    return (char) node;
  }

  /** All trees together. */
  private double ofOne(int[] places) {
    long[] nodes = this.nodes;
    int[] at = roots.clone();
    int moved;
    do {
      moved = 0;
      for (int tree = 0; tree < at.length; tree++) {
        int from = at[tree];
        int to = next(nodes[from], places, 0);
        at[tree] = to;
        moved |= from ^ to;
      }
    } while (moved != 0);
    double sum = 0;
    for (int leaf : at) {
      sum += values[leaf];
    }
    return sum;
  }

  /** Tree by tree, so that a tree stays in the cache while the rows pass. */
  private void ofSeveral(int[] places, double[] out, int rows) {
    Arrays.fill(out, 0, rows, 0);
    for (int tree = 0; tree < roots.length; tree++) {
      int row = 0;
      for (; row + 4 <= rows; row += 4) {
        addFour(roots[tree], depths[tree], places, out, row);
      }
      for (; row < rows; row++) {
        int at = roots[tree];
        for (int left = depths[tree]; left > 0; left--) {
          at = next(nodes[at], places, row * splits.length);
        }
        out[row] += values[at];
      }
    }
  }

  private void addFour(int root, int depth, int[] places, double[] out, int row) {
    long[] nodes = this.nodes;
    int first = row * splits.length;
    int second = first + splits.length;
    int third = second + splits.length;
    int fourth = third + splits.length;
    int a = root;
    int b = root;
    int c = root;
    int d = root;
    int left = depth;
    do {
      for (int end = Math.max(0, left - STRIDE); left > end; left--) {
        a = next(nodes[a], places, first);
        b = next(nodes[b], places, second);
        c = next(nodes[c], places, third);
        d = next(nodes[d], places, fourth);
      }
    } while (left > 0 && !(isLeaf(a) && isLeaf(b) && isLeaf(c) && isLeaf(d)));
    out[row] += values[a];
    out[row + 1] += values[b];
    out[row + 2] += values[c];
    out[row + 3] += values[d];
  }

  private boolean isLeaf(int at) {
    return next(nodes[at]) == at;
  }
}
