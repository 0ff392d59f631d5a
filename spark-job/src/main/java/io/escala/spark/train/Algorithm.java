package io.escala.spark.train;

/** What recipe {@code full} can fit, each with MLlib's own class. */
public enum Algorithm {
  /** Gradient-boosted trees. */
  GBT("gradient-boosted-trees", "gradient-boosted trees"),
  /** Logistic regression over categories and bins. */
  LOGISTIC("logistic-regression", "logistic regression"),
  /** A forest of trees, each over other rows and columns. */
  RANDOM_FOREST("random-forest", "random forest");

  /** Of every logistic regression. */
  static final String STANDARDIZED =
      "A column's share of all standardised coefficients: the coefficient's size times the standard"
          + " deviation of what it multiplies, summed over the column's values.";

  private static final String FALL_OF_IMPURITY =
      "A column's share of the fall in impurity that the splits of all trees brought, summed over"
          + " its encodings.";

  private final String id;
  private final String words;

  Algorithm(String id, String words) {
    this.id = id;
    this.words = words;
  }

  /** As the provenance names it. */
  String id() {
    return id;
  }

  /** What the importance of a column means, in a sentence. */
  String importancesInWords() {
    return this == LOGISTIC ? STANDARDIZED : FALL_OF_IMPURITY;
  }

  /** For a person. */
  String words() {
    return words;
  }
}
