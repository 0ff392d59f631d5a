package io.escala.spark.segments;

import io.escala.spark.train.Cholesky;
import java.io.Serializable;
import java.util.Arrays;

/**
 * Logistic regression that minimizes summed log loss plus {@code regularization / 2} times the sum
 * of the squared weights, the intercept left free: scikit-learn's {@code LogisticRegression} with
 * {@code C = 1 / regularization}. The penalty keeps the weights finite where the classes can be
 * separated.
 *
 * <p>Newton's method with halved steps where a full one does not descend. It stops after a step
 * that moves no weight by more than {@value #SMALLEST_STEP}, or that part of the largest: the
 * method squares its error with each step, so what is left is some 1e-10.
 */
final class LogisticFit implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final double SMALLEST_STEP = 1e-5;
  private static final int MOST_STEPS = 100;
  private static final int MOST_HALVINGS = 40;
  private static final double ROUNDING = 1e-12;

  private final Encoding encoding;
  private final double[] weights;

  private LogisticFit(Encoding encoding, double[] weights) {
    this.encoding = encoding;
    this.weights = weights;
  }

  /**
   * Fits to the rows of the split.
   *
   * @param summary of the same rows, both classes among them
   * @throws ArithmeticException if it does not converge
   */
  static LogisticFit of(
      RowBlocks blocks, Split split, ColumnSummary summary, double regularization) {
    Encoding encoding = Encoding.of(summary);
    double[] weights = new double[encoding.size()];
    weights[weights.length - 1] =
        Math.log((double) summary.positives() / (summary.rows() - summary.positives()));
    return descended(blocks, split, encoding, weights, regularization);
  }

  /**
   * The same from the weights of a fit to about the same rows, which takes half the steps. The best
   * weights are where they are, wherever the search starts.
   */
  static LogisticFit from(
      LogisticFit start,
      RowBlocks blocks,
      Split split,
      ColumnSummary summary,
      double regularization) {
    Encoding encoding = Encoding.of(summary);
    double[] weights = start.encoding.translated(start.weights, encoding);
    return descended(blocks, split, encoding, weights, regularization);
  }

  private static LogisticFit descended(
      RowBlocks blocks, Split split, Encoding encoding, double[] start, double regularization) {
    double[] weights = start;
    LogLoss here = at(blocks, split, encoding, weights, regularization);
    for (int steps = 1; steps <= MOST_STEPS; steps++) {
      double[] step = Cholesky.solve(here.curvature(), here.gradient());
      double scale = 1;
      double[] next = moved(weights, step, scale);
      if (largest(step) <= SMALLEST_STEP * Math.max(1, largest(next))) {
        return new LogisticFit(encoding, next);
      }
      LogLoss there = at(blocks, split, encoding, next, regularization);
      for (int halvings = 0; !descends(here, there); halvings++) {
        if (halvings == MOST_HALVINGS) {
          throw new ArithmeticException("no step from here descends, after " + steps + " steps");
        }
        scale /= 2;
        next = moved(weights, step, scale);
        there = at(blocks, split, encoding, next, regularization);
      }
      weights = next;
      here = there;
    }
    throw new ArithmeticException("it did not converge in " + MOST_STEPS + " steps");
  }

  private static LogLoss at(
      RowBlocks blocks, Split split, Encoding encoding, double[] weights, double regularization) {
    return LogLoss.penalized(
        blocks.map(block -> LogLoss.of(block, split, encoding, weights)), weights, regularization);
  }

  private static boolean descends(LogLoss here, LogLoss there) {
    return there.loss() <= here.loss() + ROUNDING * Math.abs(here.loss());
  }

  private static double[] moved(double[] from, double[] step, double scale) {
    double[] to = new double[from.length];
    Arrays.setAll(to, i -> from[i] - scale * step[i]);
    return to;
  }

  private static double largest(double[] numbers) {
    return Arrays.stream(numbers).map(Math::abs).max().orElse(0);
  }

  Encoding encoding() {
    return encoding;
  }

  /** Of a feature of the encoding; the last is the intercept. */
  double weight(int feature) {
    return weights[feature];
  }

  /** What it says of the rows that the split holds out. */
  Scores heldOut(EncodedRows block, Split split) {
    double[] probabilities = new double[block.size()];
    byte[] labels = new byte[block.size()];
    int size = 0;
    Encoding.Reader reader = encoding.reader(block);
    for (int row = 0; row < block.size(); row++) {
      if (!split.fits(block, row)) {
        reader.read(row);
        // As the exported graph has it: P(yes) is what P(no) leaves
        probabilities[size] = 1 - 1 / (1 + Math.exp(reader.margin(weights)));
        labels[size] = (byte) block.label(row);
        size++;
      }
    }
    return new Scores(Arrays.copyOf(probabilities, size), Arrays.copyOf(labels, size));
  }
}
