package io.escala.spark.train;

/** What recipe {@code full} can fit, each with MLlib's own class. */
public enum Algorithm {
  /** Gradient-boosted trees. */
  GBT("gradient-boosted-trees", "gradient-boosted trees"),
  /** Logistic regression over categories and bins. */
  LOGISTIC("logistic-regression", "logistic regression"),
  /** A forest of trees, each over other rows and columns. */
  RANDOM_FOREST("random-forest", "random forest");

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

  /** For a person. */
  String words() {
    return words;
  }
}
