package io.escala.spark.train;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;

/**
 * Logistic regression over indicators that minimizes what MLlib's minimizes: the weighted mean of
 * the log loss plus half the regularization times the sum of the squares of each weight times its
 * indicator's standard deviation, the intercept left free.
 *
 * <p>Newton's method, with halved steps where a full one does not descend: some seven passes over
 * the rows where MLlib's optimizer takes up to a hundred. The curvature grows with the square of
 * the number of indicators, so it is for {@link #MOST_INDICATORS} at most.
 */
final class ScorecardFit {
  /** Beyond, the curvature of a task takes more than 4 MB. */
  static final int MOST_INDICATORS = 1_000;

  private static final double SMALLEST_STEP = 1e-6;
  private static final int MOST_HALVINGS = 40;
  private static final double ROUNDING = 1e-12;

  private final double[] weights;

  private ScorecardFit(double[] weights) {
    this.weights = weights;
  }

  /** Of the indicators. */
  double[] weights() {
    return Arrays.copyOf(weights, weights.length - 1);
  }

  double intercept() {
    return weights[weights.length - 1];
  }

  /**
   * Fits to rows of both classes.
   *
   * @param rows kept in memory or on disk: they are read once a step
   * @param indicators how many there are
   * @param part how many the rows are
   * @param no what a row of label 0 counts
   * @param yes what a row of label 1 counts
   * @param steps how many it may take; the weights are then where it has come to
   */
  static ScorecardFit of(
      JavaRDD<IndicatorRows> rows,
      int indicators,
      HashedRows.Part part,
      double no,
      double yes,
      double regularization,
      int steps) {
    Objective objective = Objective.of(rows, indicators, part, no, yes, regularization);
    double[] start = new double[indicators + 1];
    start[indicators] = Math.log(part.positives() * yes / ((part.rows() - part.positives()) * no));
    Place here = objective.at(start);
    for (int step = 0; step < steps; step++) {
      double[] direction = Cholesky.solve(here.curvature, here.gradient);
      double[] next = moved(here.weights, direction, 1);
      if (largest(direction) <= SMALLEST_STEP * Math.max(1, largest(next))) {
        return new ScorecardFit(next);
      }
      Place there = objective.at(next);
      double scale = 1;
      for (int halvings = 0; !there.isNotAbove(here); halvings++) {
        if (halvings == MOST_HALVINGS) {
          return new ScorecardFit(here.weights);
        }
        scale /= 2;
        there = objective.at(moved(here.weights, direction, scale));
      }
      here = there;
    }
    return new ScorecardFit(here.weights);
  }

  private static double[] moved(double[] from, double[] step, double scale) {
    double[] to = new double[from.length];
    Arrays.setAll(to, i -> from[i] - scale * step[i]);
    return to;
  }

  private static double largest(double[] numbers) {
    return Arrays.stream(numbers).map(Math::abs).max().orElse(0);
  }

  /** What is minimized, at some weights. */
  private static final class Place {
    private final double[] weights;
    private final double loss;
    private final double[] gradient;
    private final double[] curvature;

    Place(double[] weights, double loss, double[] gradient, double[] curvature) {
      this.weights = weights;
      this.loss = loss;
      this.gradient = gradient;
      this.curvature = curvature;
    }

    boolean isNotAbove(Place other) {
      return loss <= other.loss + ROUNDING * Math.abs(other.loss);
    }
  }

  /** What is minimized: a sum over all rows. */
  private static final class Objective {
    private final JavaRDD<IndicatorRows> rows;
    private final double no;
    private final double yes;
    private final double unit;
    private final double[] penalties;

    /**
     * @param penalties what each indicator's squared weight costs, twice; 0 of one that is the same
     *     in all rows
     */
    private Objective(
        JavaRDD<IndicatorRows> rows, double no, double yes, double unit, double[] penalties) {
      this.rows = rows;
      this.no = no;
      this.yes = yes;
      this.unit = unit;
      this.penalties = penalties;
    }

    static Objective of(
        JavaRDD<IndicatorRows> rows,
        int indicators,
        HashedRows.Part part,
        double no,
        double yes,
        double regularization) {
      long[][] ones =
          rows.mapPartitions(
                  blocks ->
                      Collections.singletonList(IndicatorRows.ones(blocks, indicators)).iterator())
              .treeReduce(Objective::sum);
      long negatives = part.rows() - part.positives();
      double total = negatives * no + part.positives() * yes;
      double squares = negatives * no * no + part.positives() * yes * yes;
      double[] penalties = new double[indicators];
      for (int i = 0; i < indicators; i++) {
        boolean varies = ones[0][i] + ones[1][i] > 0 && ones[0][i] + ones[1][i] < part.rows();
        double sum = ones[0][i] * no + ones[1][i] * yes;
        double variance = (sum - sum * sum / total) / (total - squares / total); // as MLlib's
        penalties[i] = varies ? regularization * total * variance : 0;
      }
      double unit = LogLossSums.unit(part.rows(), Math.max(no, yes));
      return new Objective(rows, no, yes, unit, penalties);
    }

    private static long[][] sum(long[][] a, long[][] b) {
      for (int label = 0; label < a.length; label++) {
        long[] other = b[label];
        long[] sums = a[label];
        Arrays.setAll(sums, i -> sums[i] + other[i]);
      }
      return a;
    }

    Place at(double[] weights) {
      double weightNo = no;
      double weightYes = yes;
      double least = unit;
      LogLossSums sums =
          rows.mapPartitions(
                  blocks ->
                      List.of(LogLossSums.of(blocks, weights, weightNo, weightYes, least))
                          .iterator())
              .treeReduce(LogLossSums::plus);
      double loss = sums.loss();
      double[] gradient = sums.gradient();
      double[] curvature = sums.curvature();
      for (int i = 0; i < penalties.length; i++) {
        if (penalties[i] == 0) {
          keep(i, gradient, curvature);
        }
        loss += penalties[i] / 2 * weights[i] * weights[i];
        gradient[i] += penalties[i] * weights[i];
        curvature[i * (i + 1) / 2 + i] += penalties[i];
      }
      return new Place(weights, loss, gradient, curvature);
    }

    /** Leaves a weight where it is. */
    private static void keep(int weight, double[] gradient, double[] curvature) {
      gradient[weight] = 0;
      for (int i = 0; i < gradient.length; i++) {
        int row = Math.max(i, weight);
        curvature[row * (row + 1) / 2 + Math.min(i, weight)] = i == weight ? 1 : 0;
      }
    }
  }
}
