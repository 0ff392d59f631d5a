package io.escala.spark.segments;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Held-out rows of many models together, counted by their probability in steps of 1/{@value #BINS}.
 * Counts add up to the same whatever the order, so the tasks need not agree on one.
 */
final class ScoreHistogram implements Serializable {
  private static final int BINS = 1 << 14;
  private static final long serialVersionUID = 1L;

  /** Positives and negatives of each bin, side by side. */
  private final long[] counts;

  ScoreHistogram() {
    counts = new long[2 * BINS];
  }

  void add(Scores scores) {
    for (int i = 0; i < scores.size(); i++) {
      int bin = Math.min(BINS - 1, (int) (scores.probability(i) * BINS));
      counts[2 * bin + (1 - scores.label(i))]++;
    }
  }

  void add(long[] others) {
    Arrays.setAll(counts, i -> counts[i] + others[i]);
  }

  long[] counts() {
    return counts;
  }

  /** Area under the ROC curve; rows of one bin count as ties. */
  double rocAuc() {
    long positives = 0;
    long negatives = 0;
    double pairs = 0;
    for (int bin = BINS - 1; bin >= 0; bin--) {
      pairs += counts[2 * bin + 1] * (positives + counts[2 * bin] / 2.0);
      positives += counts[2 * bin];
      negatives += counts[2 * bin + 1];
    }
    return pairs / ((double) positives * negatives);
  }
}
