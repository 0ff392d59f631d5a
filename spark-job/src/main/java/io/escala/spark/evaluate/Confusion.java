package io.escala.spark.evaluate;

/** Rows by what they are and what the model calls them at one threshold. */
public record Confusion(
    long truePositives, long falsePositives, long trueNegatives, long falseNegatives) {

  public long rows() {
    return truePositives + falsePositives + trueNegatives + falseNegatives;
  }

  /** How many rows are called positive. */
  public long called() {
    return truePositives + falsePositives;
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
    return called() == 0 ? 0 : (double) truePositives / called();
  }

  /** How many of the positive rows were called so. */
  public double recall() {
    return (double) truePositives / (truePositives + falseNegatives);
  }

  /** How many of the negative rows were called positive. */
  public double falsePositiveRate() {
    return (double) falsePositives / (falsePositives + trueNegatives);
  }

  /** The harmonic mean of precision and recall. */
  public double f1() {
    return 2.0 * truePositives / (2.0 * truePositives + falsePositives + falseNegatives);
  }
}
