package io.escala.spark.evaluate;

import io.escala.spark.evaluate.HeldOutMetrics.Scored;

/** Looks for the best F1 in groups that come by falling probability. */
final class BestF1Tally {
  private final long positivesOfAll;
  private long positives;
  private long rows;
  private double last = Double.NaN;
  private double best;
  private double threshold;

  BestF1Tally(long positives) {
    this.positivesOfAll = positives;
  }

  void add(Scored group) {
    if (rows > 0) {
      consider(between(group.probability(), last));
    }
    positives += group.positives();
    rows += group.rows();
    last = group.probability();
  }

  private void consider(double candidate) {
    double f1 = 2.0 * positives / (rows + positivesOfAll);
    if (f1 > best) {
      best = f1;
      threshold = candidate;
    }
  }

  /** At least the lower, less than the higher, also when there is no number between them. */
  private static double between(double lower, double higher) {
    double middle = lower + (higher - lower) / 2;
    return middle < higher ? middle : lower;
  }

  BestF1 best() {
    if (last > 0) {
      consider(between(0, last));
    }
    return new BestF1(threshold, best);
  }
}
