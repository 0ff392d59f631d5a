package io.escala.spark.evaluate;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How good a binary model is on rows that it was not fitted to, from every distinct probability
 * that it gave: exact, not binned.
 *
 * @param confusion at the model's threshold
 * @param rocAuc area under the receiver operating characteristic; ties count half
 * @param averagePrecision area under the precision-recall steps, as scikit-learn's {@code
 *     average_precision_score}
 * @param logLoss mean negative log likelihood, natural logarithm; probabilities count as at least
 *     1e-15 and at most 1 - 1e-15
 * @param brier mean squared difference between probability and truth
 */
public record HeldOutMetrics(
    Confusion confusion, double rocAuc, double averagePrecision, double logLoss, double brier) {

  /** How many rows of either class were given this probability of the positive one. */
  public record Scored(double probability, long positives, long negatives) {
    public Scored {
      if (!(probability >= 0 && probability <= 1)) {
        throw new IllegalArgumentException(
            "a probability is " + probability + ", but must lie between 0 and 1");
      }
    }

    long rows() {
      return positives + negatives;
    }
  }

  /**
   * Counts through the scores once.
   *
   * @param scored by falling probability, at least one row of either class
   * @param threshold the model says positive when the probability is greater
   * @throws IllegalArgumentException if probabilities do not fall or a class is absent
   */
  public static HeldOutMetrics of(Iterator<Scored> scored, double threshold) {
    MetricsTally tally = new MetricsTally(threshold);
    scored.forEachRemaining(tally::add);
    return tally.metrics();
  }

  public long truePositives() {
    return confusion.truePositives();
  }

  public long falsePositives() {
    return confusion.falsePositives();
  }

  public long trueNegatives() {
    return confusion.trueNegatives();
  }

  public long falseNegatives() {
    return confusion.falseNegatives();
  }

  public long rows() {
    return confusion.rows();
  }

  /** See {@link Confusion#accuracy}. */
  public double accuracy() {
    return confusion.accuracy();
  }

  /** See {@link Confusion#majorityAccuracy}. */
  public double majorityAccuracy() {
    return confusion.majorityAccuracy();
  }

  /** See {@link Confusion#precision}. */
  public double precision() {
    return confusion.precision();
  }

  /** See {@link Confusion#recall}. */
  public double recall() {
    return confusion.recall();
  }

  /** See {@link Confusion#f1}. */
  public double f1() {
    return confusion.f1();
  }

  /** The share of positive rows. */
  public double positiveRate() {
    return (double) (truePositives() + falseNegatives()) / rows();
  }

  /** By name, for the manifest. */
  public Map<String, Double> toMap() {
    Map<String, Double> all = new LinkedHashMap<>();
    all.put("rocAuc", rocAuc);
    all.put("prAuc", averagePrecision);
    all.put("accuracy", accuracy());
    all.put("majorityAccuracy", majorityAccuracy());
    all.put("logLoss", logLoss);
    all.put("brier", brier);
    all.put("precision", precision());
    all.put("recall", recall());
    all.put("f1", f1());
    return all;
  }
}
