package io.escala.spark.onnx;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Everything that a fitted logistic regression over raw columns computes with, as plain numbers.
 * The features are one indicator for each value of each category, in order, then the measures; the
 * margin is their weighted sum plus the intercept; P(yes) is its logistic function.
 *
 * @param weights one for each feature
 * @param threshold the answer is yes when P(yes) is greater
 */
public record LogisticFormula(
    List<Category> categories,
    List<Measure> measures,
    List<Double> weights,
    double intercept,
    double threshold) {

  public LogisticFormula {
    categories = List.copyOf(categories);
    measures = List.copyOf(measures);
    weights = List.copyOf(weights);
    int features = categories.stream().mapToInt(c -> c.values().size()).sum() + measures.size();
    if (weights.size() != features) {
      throw new IllegalArgumentException(
          "there are " + weights.size() + " weights, but " + features + " features");
    }
  }

  /**
   * A column whose value is one of these; any other value, and none at all, sets no indicator.
   *
   * @param whole whether the column holds whole numbers rather than texts
   */
  public record Category(String column, boolean whole, List<String> values) {
    public Category {
      requireNonNull(column, "column is null");
      values = List.copyOf(values);
    }
  }

  /**
   * A column that counts as a number.
   *
   * @param whenMissing what a missing value counts as
   * @param factor that the value is multiplied with
   */
  public record Measure(String column, double whenMissing, double factor) {
    public Measure {
      requireNonNull(column, "column is null");
    }
  }
}
