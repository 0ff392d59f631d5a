package io.escala.spark.evaluate;

import io.escala.spark.evaluate.HeldOutMetrics.Scored;
import java.util.ArrayList;
import java.util.List;

/** Deals groups that come by falling probability out to ten equal parts. */
final class DecileTally {
  private static final int PARTS = 10;

  private final double rowsOfAll;
  private final double positivesOfAll;
  private final double[] rows = new double[PARTS];
  private final double[] positives = new double[PARTS];
  private final double[] probabilities = new double[PARTS];
  private long seen;

  DecileTally(long positives, long negatives) {
    this.rowsOfAll = (double) positives + negatives;
    this.positivesOfAll = positives;
  }

  void add(Scored group) {
    double from = (double) seen;
    seen += group.rows();
    double to = (double) seen;
    for (int i = part(from); i < PARTS && border(i) < to; i++) {
      double taken = Math.min(to, border(i + 1)) - Math.max(from, border(i));
      if (taken > 0) {
        rows[i] += taken;
        positives[i] += taken * group.positives() / group.rows();
        probabilities[i] += taken * group.probability();
      }
    }
  }

  private double border(int part) {
    return part == PARTS ? rowsOfAll : rowsOfAll * part / PARTS;
  }

  private int part(double row) {
    return Math.max(0, (int) (row / rowsOfAll * PARTS) - 1);
  }

  List<Decile> deciles() {
    List<Decile> all = new ArrayList<>();
    double base = positivesOfAll / rowsOfAll;
    double rowsSoFar = 0;
    double positivesSoFar = 0;
    for (int i = 0; i < PARTS; i++) {
      rowsSoFar += rows[i];
      positivesSoFar += positives[i];
      double rate = positives[i] / rows[i];
      all.add(
          new Decile(
              i + 1,
              rows[i],
              positives[i],
              probabilities[i] / rows[i],
              rate,
              rate / base,
              positivesSoFar / positivesOfAll,
              positivesSoFar / rowsSoFar / base));
    }
    return all;
  }

  /** The mean distance between what deciles predict and what they hold, each a tenth of it. */
  double calibrationError() {
    double sum = 0;
    for (int i = 0; i < PARTS; i++) {
      sum += Math.abs(probabilities[i] - positives[i]);
    }
    return sum / rowsOfAll;
  }
}
