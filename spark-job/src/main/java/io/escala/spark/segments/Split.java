package io.escala.spark.segments;

import java.io.Serializable;
import java.util.Arrays;

/** Which rows a model is fitted to. The others are held out. */
interface Split extends Serializable {
  boolean fits(EncodedRows block, int row);

  /** No row is held out. */
  static Split everything() {
    return (block, row) -> true;
  }

  /**
   * Held out is what hashes below a bound, one for each class: rows of equal content are on the
   * same side.
   *
   * @param no unsigned, for rows of label 0
   * @param yes unsigned, for rows of label 1
   */
  record ByHash(long no, long yes) implements Split {
    /** Classes of up to this many rows are divided exactly, larger ones by the law of averages. */
    static final int COUNTED = 1_000;

    private static final double SHARE = 0.3;

    @Override
    public boolean fits(EncodedRows block, int row) {
      return Long.compareUnsigned(block.hash(row), block.label(row) == 1 ? yes : no) >= 0;
    }

    /** The bound for a class of many rows. */
    static long bound() {
      return (long) (SHARE * 0x1p63) << 1;
    }

    /** The bound for a class of these few rows. */
    static long bound(long[] hashes) {
      long[] flipped = Arrays.stream(hashes).map(h -> h ^ Long.MIN_VALUE).sorted().toArray();
      return flipped[(int) Math.max(1, Math.round(SHARE * flipped.length))] ^ Long.MIN_VALUE;
    }
  }

  /** One of several folds is held out, of a segment that is one block. */
  final class ByFold implements Split {
    private static final long serialVersionUID = 1L;

    private final int[] folds;
    private final int out;

    /**
     * @param folds the number of each row's fold
     * @param out the number of the fold that is held out
     */
    ByFold(int[] folds, int out) {
      this.folds = folds;
      this.out = out;
    }

    @Override
    public boolean fits(EncodedRows block, int row) {
      return folds[row] != out;
    }

    /**
     * Deals the rows of either class out by their hashes, so that each fold has its share of both;
     * rows of equal content are in the same fold.
     */
    static int[] deal(EncodedRows block, int count) {
      int[] folds = new int[block.size()];
      for (int label = 0; label <= 1; label++) {
        long[] hashes = Arrays.stream(block.hashes(label)).sorted().distinct().toArray();
        for (int row = 0; row < folds.length; row++) {
          if (block.label(row) == label) {
            folds[row] = Arrays.binarySearch(hashes, block.hash(row)) % count;
          }
        }
      }
      return folds;
    }
  }
}
