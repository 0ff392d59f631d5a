package io.escala.spark.evaluate;

import io.escala.spark.evaluate.HeldOutMetrics.Scored;

/** Sums up groups of rows that come by falling probability. */
final class MetricsTally {
  private static final double LEAST = 1e-15;

  private final ConfusionTally confusion;
  private long positives;
  private long negatives;
  private double pairs;
  private double precisions;
  private double loss;
  private double squares;
  private double last = Double.POSITIVE_INFINITY;

  MetricsTally(double threshold) {
    this.confusion = new ConfusionTally(threshold);
  }

  void add(Scored group) {
    double p = group.probability();
    if (p >= last) {
      throw new IllegalArgumentException(
          "probabilities must fall from group to group, but " + p + " follows " + last);
    }
    last = p;
    pairs += group.negatives() * (positives + group.positives() / 2.0);
    positives += group.positives();
    negatives += group.negatives();
    precisions += group.positives() * ((double) positives / (positives + negatives));
    confusion.add(group);
    double inside = Math.min(Math.max(p, LEAST), 1 - LEAST);
    loss -= group.positives() * Math.log(inside) + group.negatives() * Math.log1p(-inside);
    squares += group.positives() * (1 - p) * (1 - p) + group.negatives() * p * p;
  }

  HeldOutMetrics metrics() {
    if (positives == 0 || negatives == 0) {
      throw new IllegalArgumentException(
          "metrics need rows of both classes, but there are "
              + positives
              + " positive and "
              + negatives
              + " negative ones");
    }
    double rows = positives + negatives;
    return new HeldOutMetrics(
        confusion.confusion(),
        pairs / ((double) positives * negatives),
        precisions / positives,
        loss / rows,
        squares / rows);
  }
}
