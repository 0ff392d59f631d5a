package io.escala.spark.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Hyper-parameters of recipe {@code full}.
 *
 * @param iterations how many trees, or how many steps the optimizer of logistic regression may take
 * @param depth of a tree at most; of no meaning for logistic regression
 * @param stepSize what a boosted tree counts for; of no meaning for others
 * @param regularization L2, of logistic regression; of no meaning for others
 */
public record Settings(
    Algorithm algorithm, int iterations, int depth, double stepSize, double regularization) {

  /** The share of the rows that each tree sees. */
  static final double SUBSAMPLING = 0.7;

  /** How many values of a column trees try as splits at most. */
  static final int SPLITS = 128;

  /** What is good on the bank data. */
  public static Settings of(Algorithm algorithm) {
    return switch (algorithm) {
      case GBT -> new Settings(algorithm, 60, 5, 0.15, 0);
      case LOGISTIC -> new Settings(algorithm, 100, 0, 0, 0.001);
      case RANDOM_FOREST -> new Settings(algorithm, 100, 10, 0, 0);
    };
  }

  /** The fewest rows of a leaf. */
  int leafRows() {
    return algorithm == Algorithm.GBT ? 50 : 10;
  }

  /** The same with other iterations (or trees). */
  public Settings withIterations(int other) {
    return new Settings(algorithm, other, depth, stepSize, regularization);
  }

  /** The same with another depth. */
  public Settings withDepth(int other) {
    return new Settings(algorithm, iterations, other, stepSize, regularization);
  }

  private Settings withStepSize(double other) {
    return new Settings(algorithm, iterations, depth, other, regularization);
  }

  private Settings withRegularization(double other) {
    return new Settings(algorithm, iterations, depth, stepSize, other);
  }

  /** These and their neighbours, for a search. */
  List<Settings> grid() {
    List<Settings> grid = new ArrayList<>(List.of(this));
    switch (algorithm) {
      case GBT -> {
        grid.add(withDepth(Math.max(1, depth - 1)));
        grid.add(withDepth(depth + 1));
        grid.add(withStepSize(stepSize / 2));
        grid.add(withIterations(iterations * 3 / 2).withStepSize(stepSize / 1.5));
      }
      case LOGISTIC -> {
        for (double factor : new double[] {0.01, 0.1, 10, 30}) {
          grid.add(withRegularization(regularization * factor));
        }
      }
      case RANDOM_FOREST -> {
        grid.add(withDepth(Math.max(1, depth - 3)));
        grid.add(withDepth(depth + 2));
        grid.add(withIterations(iterations * 2));
      }
    }
    return grid.stream().distinct().toList();
  }

  /** Those that mean something for the algorithm, for the provenance. */
  Map<String, String> toMap() {
    Map<String, String> all = new LinkedHashMap<>();
    switch (algorithm) {
      case GBT -> {
        all.put("trees", String.valueOf(iterations));
        all.put("maxDepth", String.valueOf(depth));
        all.put("stepSize", String.valueOf(stepSize));
      }
      case LOGISTIC -> {
        all.put("maxIter", String.valueOf(iterations));
        all.put("regParam", String.valueOf(regularization));
      }
      case RANDOM_FOREST -> {
        all.put("trees", String.valueOf(iterations));
        all.put("maxDepth", String.valueOf(depth));
      }
    }
    if (algorithm != Algorithm.LOGISTIC) {
      all.put("subsamplingRate", String.valueOf(SUBSAMPLING));
      all.put("minInstancesPerNode", String.valueOf(leafRows()));
      all.put("maxBins", String.valueOf(SPLITS));
    }
    return all;
  }
}
