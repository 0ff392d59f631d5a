package io.escala.spark.train;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How good a binary model is on rows that it was not fitted to, from every distinct probability
 * that it gave: exact, not binned.
 *
 * @param rocAuc area under the receiver operating characteristic; ties count half
 * @param averagePrecision area under the precision-recall steps, as scikit-learn's {@code
 *     average_precision_score}
 * @param logLoss mean negative log likelihood, natural logarithm; probabilities count as at least
 *     1e-15 and at most 1 - 1e-15
 */
public record HeldOutMetrics(
    long truePositives,
    long falsePositives,
    long trueNegatives,
    long falseNegatives,
    double rocAuc,
    double averagePrecision,
    double logLoss) {

  private static final double LEAST = 1e-15;

  /** How many rows of either class were given this probability of the positive one. */
  public record Scored(double probability, long positives, long negatives) {}

  /**
   * Counts through the scores once.
   *
   * @param scored by falling probability, at least one row of either class
   * @param threshold the model says positive when the probability is greater
   */
  public static HeldOutMetrics of(Iterator<Scored> scored, double threshold) {
    long positives = 0;
    long negatives = 0;
    long truePositives = 0;
    long falsePositives = 0;
    double pairs = 0;
    double precisions = 0;
    double loss = 0;
    while (scored.hasNext()) {
      Scored group = scored.next();
      pairs += group.negatives() * (positives + group.positives() / 2.0);
      positives += group.positives();
      negatives += group.negatives();
      precisions += group.positives() * ((double) positives / (positives + negatives));
      if (group.probability() > threshold) {
        truePositives = positives;
        falsePositives = negatives;
      }
      double p = Math.min(Math.max(group.probability(), LEAST), 1 - LEAST);
      loss -= group.positives() * Math.log(p) + group.negatives() * Math.log1p(-p);
    }
    if (positives == 0 || negatives == 0) {
      throw new IllegalArgumentException("metrics need rows of both classes");
    }
    return new HeldOutMetrics(
        truePositives,
        falsePositives,
        negatives - falsePositives,
        positives - truePositives,
        pairs / ((double) positives * negatives),
        precisions / positives,
        loss / (positives + negatives));
  }

  public long rows() {
    return truePositives + falsePositives + trueNegatives + falseNegatives;
  }

  /** The share of rows that the model says right. */
  public double accuracy() {
    return (double) (truePositives + trueNegatives) / rows();
  }

  /** The share that saying the more frequent class every time would get right. */
  public double majorityAccuracy() {
    long positives = truePositives + falseNegatives;
    return (double) Math.max(positives, rows() - positives) / rows();
  }

  /** How many of the rows called positive are; 0 if none was called so, as scikit-learn has it. */
  public double precision() {
    long called = truePositives + falsePositives;
    return called == 0 ? 0 : (double) truePositives / called;
  }

  /** How many of the positive rows were called so. */
  public double recall() {
    return (double) truePositives / (truePositives + falseNegatives);
  }

  /** The harmonic mean of precision and recall. */
  public double f1() {
    return 2.0 * truePositives / (2.0 * truePositives + falsePositives + falseNegatives);
  }

  /** By name, for the manifest. */
  public Map<String, Double> toMap() {
    Map<String, Double> all = new LinkedHashMap<>();
    all.put("rocAuc", rocAuc);
    all.put("prAuc", averagePrecision);
    all.put("accuracy", accuracy());
    all.put("majorityAccuracy", majorityAccuracy());
    all.put("logLoss", logLoss);
    all.put("precision", precision());
    all.put("recall", recall());
    all.put("f1", f1());
    return all;
  }
}
