package io.escala.inference.onnx;

import java.util.Arrays;

/**
 * Where a row ends in small trees, found for all of them without a walk, as QuickScorer does
 * (Lucchese et al., SIGIR 2015). A tree's leaves are the bits of a word, from left to right. A
 * split that sends a row to its right takes the leaves on its left away, wherever the row comes
 * along; the first leaf that is left is the one. What all splits of a feature take away depends on
 * nothing but how many of them the value is above, so it is computed once for each such count.
 */
final class LeafMasks {
  private static final int MOST_LEAVES = Long.SIZE;

  /** A megabyte of words: beyond that they would have to come from too far away. */
  private static final int MOST_WORDS = 1 << 17;

  /** So many features are taken together, which is a fourth of the reading and writing. */
  private static final int TOGETHER = 4;

  /** The features that some tree asks for. */
  private final int[] features;

  /** By such a feature, then by how many of its splits a value is above: a word for each tree. */
  private final long[][][] masks;

  /** Takes nothing away, in the place of a feature where there are not four more. */
  private final long[] all;

  /** What leaves say, by tree. */
  private final double[] values;

  /**
   * Whether trees are small enough, and few enough, for this.
   *
   * @param nodes how many all of them have
   */
  static boolean fit(double[][] splits, int nodes, int[] roots) {
    long words = 0;
    for (double[] of : splits) {
      words += of.length == 0 ? 0 : (of.length + 1L) * roots.length;
    }
    int most = 0;
    for (int tree = 0; tree < roots.length; tree++) {
      int end = tree + 1 < roots.length ? roots[tree + 1] : nodes;
      most = Math.max(most, (end - roots[tree] + 1) / 2);
    }
    return words <= MOST_WORDS && most <= MOST_LEAVES;
  }

  /** Makes them of trees that {@link #fit}, as {@link TreeEnsemble} lays them out. */
  LeafMasks(double[][] splits, long[] nodes, double[] says, int[] roots) {
    int[] asked = new int[splits.length];
    int count = 0;
    this.masks = new long[splits.length][][];
    for (int feature = 0; feature < splits.length; feature++) {
      if (splits[feature].length > 0) {
        asked[count++] = feature;
        masks[feature] = new long[splits[feature].length + 1][roots.length];
        for (long[] mask : masks[feature]) {
          Arrays.fill(mask, -1);
        }
      }
    }
    this.features = Arrays.copyOf(asked, count);
    this.all = new long[roots.length];
    Arrays.fill(all, -1);
    this.values = new double[roots.length * MOST_LEAVES];
    for (int tree = 0; tree < roots.length; tree++) {
      lay(nodes, says, roots[tree], tree, 0);
    }
  }

  /**
   * Lays out what is below a node.
   *
   * @param leaf how many leaves are on its left
   * @return how many are on its left or below it
   */
  private int lay(long[] nodes, double[] says, int at, int tree, int leaf) {
    long node = nodes[at];
    int next = TreeEnsemble.next(node);
    if (next == at) {
      values[tree * MOST_LEAVES + leaf] = says[at];
      return leaf + 1;
    }
    int end = lay(nodes, says, next, tree, leaf);
    long taken = ((1L << (end - leaf)) - 1) << leaf;
    long[][] ofFeature = masks[TreeEnsemble.feature(node)];
    for (int above = TreeEnsemble.place(node) + 1; above < ofFeature.length; above++) {
      ofFeature[above][tree] &= ~taken;
    }
    return lay(nodes, says, next + 1, tree, end);
  }

  /**
   * The sums of all trees, tree by tree from the first.
   *
   * @param places how many splits of each feature a row is above, row by row
   */
  void run(int[] places, double[] out, int rows) {
    long[] left = new long[all.length];
    for (int row = 0; row < rows; row++) {
      Arrays.fill(left, -1);
      for (int i = 0; i < features.length; i += TOGETHER) {
        int first = row * masks.length;
        keep(
            left,
            mask(i, places, first),
            mask(i + 1, places, first),
            mask(i + 2, places, first),
            mask(i + 3, places, first));
      }
      double sum = 0;
      for (int tree = 0; tree < left.length; tree++) {
        sum += values[tree * MOST_LEAVES + Long.numberOfTrailingZeros(left[tree])];
      }
      out[row] = sum;
    }
  }

  private long[] mask(int index, int[] places, int first) {
    if (index >= features.length) {
      return all;
    }
    int feature = features[index];
    return masks[feature][places[first + feature]];
  }

  private static void keep(long[] left, long[] a, long[] b, long[] c, long[] d) {
    for (int i = 0; i < left.length; i++) {
      left[i] = left[i] & a[i] & b[i] & c[i] & d[i];
    }
  }
}
