package io.escala.spark.train;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;

/**
 * The log loss of rows at some weights, with its slope and its curvature. Each row's share is
 * rounded to a whole number of very small units, so that the sums are exact: they are the same
 * however the rows are spread and in whichever order they come in.
 */
final class LogLossSums implements Serializable {
  private static final long serialVersionUID = 1L;

  /** No row's loss counts for more: weights that are this wrong are not kept anyway. */
  private static final double MOST_LOSS = 64;

  private final double unit;
  private final long[] gradient;
  private final long[] curvature;
  private long loss;

  private LogLossSums(int size, double unit) {
    this.unit = unit;
    this.gradient = new long[size];
    this.curvature = new long[size * (size + 1) / 2];
  }

  /**
   * What one row's share is a multiple of, so that no sum overflows.
   *
   * @param rows how many at most
   * @param weight of a row at most
   */
  static double unit(long rows, double weight) {
    return Math.scalb(1.0, Math.getExponent(rows * Math.max(1, weight) * MOST_LOSS) + 2 - 63);
  }

  /**
   * Over some rows.
   *
   * @param weights of the indicators and, last, the intercept
   * @param no what a row of label 0 counts
   * @param yes what a row of label 1 counts
   */
  static LogLossSums of(
      Iterator<IndicatorRows> blocks, double[] weights, double no, double yes, double unit) {
    LogLossSums sums = new LogLossSums(weights.length, unit);
    blocks.forEachRemaining(block -> sums.add(block, weights, no, yes));
    return sums;
  }

  private void add(IndicatorRows rows, double[] weights, double no, double yes) {
    int columns = rows.columns();
    short[] places = rows.places();
    byte[] labels = rows.labels();
    int intercept = weights.length - 1;
    int[] active = new int[columns + 1];
    for (int row = 0, at = 0; row < labels.length; row++, at += columns) {
      double margin = weights[intercept];
      int count = 0;
      for (int c = 0; c < columns; c++) {
        int place = places[at + c];
        if (place != IndicatorRows.NONE) {
          active[count++] = place;
          margin += weights[place];
        }
      }
      active[count++] = intercept;
      int label = labels[row];
      double counts = label == 1 ? yes : no;
      double probability = 1 / (1 + Math.exp(-margin));
      double right = label == 1 ? probability : 1 / (1 + Math.exp(margin));
      loss += Math.round(Math.min(MOST_LOSS, -Math.log(right)) * counts / unit);
      long residual = Math.round((probability - label) * counts / unit);
      long spread = Math.round(probability * (1 - probability) * counts / unit);
      for (int k = 0; k < count; k++) {
        gradient[active[k]] += residual;
        int start = active[k] * (active[k] + 1) / 2;
        for (int l = 0; l <= k; l++) {
          curvature[start + active[l]] += spread;
        }
      }
    }
  }

  LogLossSums plus(LogLossSums other) {
    Arrays.setAll(gradient, i -> gradient[i] + other.gradient[i]);
    Arrays.setAll(curvature, i -> curvature[i] + other.curvature[i]);
    loss += other.loss;
    return this;
  }

  double loss() {
    return loss * unit;
  }

  /** One number a weight. */
  double[] gradient() {
    return Arrays.stream(gradient).mapToDouble(g -> g * unit).toArray();
  }

  /** The lower triangle of the Hessian, row by row. */
  double[] curvature() {
    return Arrays.stream(curvature).mapToDouble(c -> c * unit).toArray();
  }
}
