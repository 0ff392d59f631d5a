package io.escala.spark.segments;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/** What the columns of the rows that a model is fitted to hold; mergeable. */
final class ColumnSummary implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String[][] values;
  private final long[] counts;
  private final double[] means;
  private final double[] squares;
  private long rows;
  private long positives;
  private long heldOut;
  private long heldOutPositives;

  private ColumnSummary(int categories, int measures) {
    values = new String[categories][0];
    counts = new long[measures];
    means = new double[measures];
    squares = new double[measures];
  }

  static ColumnSummary of(EncodedRows block, Split split) {
    ColumnSummary summary = new ColumnSummary(block.categories(), block.measures());
    boolean[][] seen = new boolean[block.categories()][];
    Arrays.setAll(seen, c -> new boolean[block.values(c).length]);
    for (int row = 0; row < block.size(); row++) {
      if (split.fits(block, row)) {
        summary.rows++;
        summary.positives += block.label(row);
        summary.add(block, row, seen);
      } else {
        summary.heldOut++;
        summary.heldOutPositives += block.label(row);
      }
    }
    for (int c = 0; c < seen.length; c++) {
      List<String> found = new ArrayList<>();
      for (int code = 0; code < seen[c].length; code++) {
        if (seen[c][code]) {
          found.add(block.values(c)[code]);
        }
      }
      summary.values[c] = found.toArray(String[]::new);
    }
    return summary;
  }

  private void add(EncodedRows block, int row, boolean[][] seen) {
    for (int c = 0; c < seen.length; c++) {
      int code = block.code(c, row);
      if (code != EncodedRows.MISSING) {
        seen[c][code] = true;
      }
    }
    for (int m = 0; m < means.length; m++) {
      double value = block.measure(m, row);
      if (!Double.isNaN(value)) {
        counts[m]++;
        double before = value - means[m];
        means[m] += before / counts[m];
        squares[m] += before * (value - means[m]);
      }
    }
  }

  /** All of them as one; the sums are made in the order of the list. */
  static ColumnSummary merged(List<ColumnSummary> parts) {
    ColumnSummary all = new ColumnSummary(parts.get(0).values.length, parts.get(0).means.length);
    parts.forEach(all::merge);
    return all;
  }

  private void merge(ColumnSummary other) {
    rows += other.rows;
    positives += other.positives;
    heldOut += other.heldOut;
    heldOutPositives += other.heldOutPositives;
    for (int c = 0; c < values.length; c++) {
      TreeSet<String> union = new TreeSet<>(Arrays.asList(values[c]));
      union.addAll(Arrays.asList(other.values[c]));
      values[c] = union.toArray(String[]::new);
    }
    for (int m = 0; m < means.length; m++) {
      long count = counts[m] + other.counts[m];
      if (other.counts[m] > 0) {
        double apart = other.means[m] - means[m];
        means[m] += apart * other.counts[m] / count;
        squares[m] +=
            other.squares[m] + apart * apart * ((double) counts[m] * other.counts[m] / count);
        counts[m] = count;
      }
    }
  }

  long rows() {
    return rows;
  }

  long positives() {
    return positives;
  }

  long heldOut() {
    return heldOut;
  }

  long heldOutPositives() {
    return heldOutPositives;
  }

  /** Sorted, once merged. */
  String[] values(int category) {
    return values[category];
  }

  int categories() {
    return values.length;
  }

  int measures() {
    return means.length;
  }

  double mean(int measure) {
    return means[measure];
  }

  /** Of the rows themselves (divided by their number); 0 if there is no value or just one. */
  double deviation(int measure) {
    return counts[measure] == 0 ? 0 : Math.sqrt(squares[measure] / counts[measure]);
  }
}
