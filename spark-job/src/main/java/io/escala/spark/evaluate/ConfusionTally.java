package io.escala.spark.evaluate;

import io.escala.spark.evaluate.HeldOutMetrics.Scored;

/** Counts the rows above one threshold. */
final class ConfusionTally {
  private final double threshold;
  private long positives;
  private long negatives;
  private long truePositives;
  private long falsePositives;

  ConfusionTally(double threshold) {
    this.threshold = threshold;
  }

  void add(Scored group) {
    positives += group.positives();
    negatives += group.negatives();
    if (group.probability() > threshold) {
      truePositives = positives;
      falsePositives = negatives;
    }
  }

  double threshold() {
    return threshold;
  }

  Confusion confusion() {
    return new Confusion(
        truePositives, falsePositives, negatives - falsePositives, positives - truePositives);
  }
}
