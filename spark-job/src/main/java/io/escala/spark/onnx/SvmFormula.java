package io.escala.spark.onnx;

import java.util.List;

/**
 * Everything that a fitted support vector classifier with an RBF kernel computes with, as plain
 * numbers. It knows three classes, so there are three pairs: 0 against 1, 0 against 2, 1 against 2.
 * A pair's decision is the sum over the support vectors of coefficient times kernel, less the
 * pair's offset; where it is positive the pair votes for its first class. A pair's probability of
 * its first class is Platt's sigmoid of the decision; the probabilities of the classes are those
 * that fit the pairs' best (T.-F. Wu, C.-J. Lin, R. C. Weng, "Probability Estimates for Multi-class
 * Classification by Pairwise Coupling", JMLR 5, 2004, their second method).
 */
public final class SvmFormula {
  /** How many classes, and how many pairs of classes. */
  public static final int CLASSES = 3;

  /** The pairs' probabilities are kept this far from 0 and 1, as libsvm does. */
  static final double LEAST_PROBABILITY = 1e-7;

  private static final int[][] PAIRS = {{0, 1}, {0, 2}, {1, 2}};

  private final List<String> columns;
  private final double gamma;
  private final double[][] vectors;
  private final double[][] coefficients;
  private final double[] offsets;
  private final double[] slopes;
  private final double[] intercepts;

  /**
   * @param columns the features, in order
   * @param gamma of the kernel exp(-gamma |x - s|²)
   * @param vectors support vectors, a number for each column
   * @param coefficients for each pair one number for each support vector
   * @param offsets one for each pair
   * @param slopes of the sigmoid 1 / (1 + exp(slope decision + intercept)), one for each pair
   * @param intercepts of the sigmoid, one for each pair
   */
  public SvmFormula(
      List<String> columns,
      double gamma,
      double[][] vectors,
      double[][] coefficients,
      double[] offsets,
      double[] slopes,
      double[] intercepts) {
    this.columns = List.copyOf(columns);
    this.gamma = gamma;
    this.vectors = vectors.clone();
    this.coefficients = coefficients.clone();
    this.offsets = offsets.clone();
    this.slopes = slopes.clone();
    this.intercepts = intercepts.clone();
    for (double[] vector : vectors) {
      check(vector.length == columns.size(), "a support vector");
    }
    for (double[] pair : coefficients) {
      check(pair.length == vectors.length, "the coefficients of a pair");
    }
    check(
        coefficients.length == PAIRS.length
            && offsets.length == PAIRS.length
            && slopes.length == PAIRS.length
            && intercepts.length == PAIRS.length,
        "the list of pairs");
  }

  private static void check(boolean fits, String what) {
    if (!fits) {
      throw new IllegalArgumentException(what + " does not have the right length");
    }
  }

  /** The features, in order. */
  public List<String> columns() {
    return columns;
  }

  double gamma() {
    return gamma;
  }

  /** The support vectors, a number for each column. */
  double[][] vectors() {
    return vectors;
  }

  double[][] coefficients() {
    return coefficients;
  }

  double[] offsets() {
    return offsets;
  }

  double[] slopes() {
    return slopes;
  }

  double[] intercepts() {
    return intercepts;
  }

  /** How many support vectors. */
  public int size() {
    return vectors.length;
  }

  /** The decision of each pair about a row. */
  public double[] decisions(double... row) {
    double[] decisions = new double[PAIRS.length];
    for (int s = 0; s < vectors.length; s++) {
      double distance = 0;
      for (int c = 0; c < row.length; c++) {
        distance += (row[c] - vectors[s][c]) * (row[c] - vectors[s][c]);
      }
      double kernel = Math.exp(-gamma * distance);
      for (int pair = 0; pair < PAIRS.length; pair++) {
        decisions[pair] += coefficients[pair][s] * kernel;
      }
    }
    for (int pair = 0; pair < PAIRS.length; pair++) {
      decisions[pair] -= offsets[pair];
    }
    return decisions;
  }

  /** The class with the most votes; of several, the first. */
  public int label(double... row) {
    double[] decisions = decisions(row);
    int[] votes = new int[CLASSES];
    for (int pair = 0; pair < PAIRS.length; pair++) {
      votes[PAIRS[pair][decisions[pair] > 0 ? 0 : 1]]++;
    }
    int best = 0;
    for (int c = 1; c < CLASSES; c++) {
      best = votes[c] > votes[best] ? c : best;
    }
    return best;
  }

  /** The probability of each class: the solution of the coupling's linear equations. */
  public double[] probabilities(double... row) {
    double[] decisions = decisions(row);
    double[][] r = new double[CLASSES][CLASSES];
    for (int pair = 0; pair < PAIRS.length; pair++) {
      double first = 1 / (1 + Math.exp(slopes[pair] * decisions[pair] + intercepts[pair]));
      first = Math.min(Math.max(first, LEAST_PROBABILITY), 1 - LEAST_PROBABILITY);
      r[PAIRS[pair][0]][PAIRS[pair][1]] = first;
      r[PAIRS[pair][1]][PAIRS[pair][0]] = 1 - first;
    }
    double[][] q = new double[CLASSES][CLASSES];
    for (int i = 0; i < CLASSES; i++) {
      for (int j = 0; j < CLASSES; j++) {
        if (i != j) {
          q[i][i] += r[j][i] * r[j][i];
          q[i][j] = -r[j][i] * r[i][j];
        }
      }
    }
    // Q p is the same number for every class, so p is Cramer's rule with ones, then scaled to 1
    double[] p = new double[CLASSES];
    double sum = 0;
    for (int i = 0; i < CLASSES; i++) {
      double[][] ones = {q[0].clone(), q[1].clone(), q[2].clone()};
      for (int j = 0; j < CLASSES; j++) {
        ones[j][i] = 1;
      }
      p[i] = determinant(ones);
      sum += p[i];
    }
    for (int i = 0; i < CLASSES; i++) {
      p[i] /= sum;
    }
    return p;
  }

  private static double determinant(double[][] m) {
    return m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
        - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
        + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
  }
}
