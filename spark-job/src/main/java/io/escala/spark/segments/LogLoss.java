package io.escala.spark.segments;

import java.io.Serializable;
import java.util.List;

/** The summed log loss of rows at some weights, with its slope and its curvature. */
final class LogLoss implements Serializable {
  private static final long serialVersionUID = 1L;

  private final double loss;
  private final double[] gradient;
  private final double[] curvature;

  private LogLoss(double loss, double[] gradient, double[] curvature) {
    this.loss = loss;
    this.gradient = gradient;
    this.curvature = curvature;
  }

  double loss() {
    return loss;
  }

  /** One number a feature. */
  double[] gradient() {
    return gradient;
  }

  /** The lower triangle of the Hessian, row by row. */
  double[] curvature() {
    return curvature;
  }

  static LogLoss of(EncodedRows block, Split split, Encoding encoding, double[] weights) {
    double[] gradient = new double[weights.length];
    double[] curvature = new double[weights.length * (weights.length + 1) / 2];
    Encoding.Reader reader = encoding.reader(block);
    double loss = 0;
    for (int row = 0; row < block.size(); row++) {
      if (split.fits(block, row)) {
        reader.read(row);
        double margin = reader.margin(weights);
        // From exp of a negative number only: nothing overflows
        double tail = Math.exp(-Math.abs(margin));
        double yes = margin >= 0 ? 1 / (1 + tail) : tail / (1 + tail);
        int label = block.label(row);
        double wrong = label == 1 ? -margin : margin;
        loss += Math.max(0, wrong) + Math.log1p(tail);
        reader.addTo(gradient, curvature, yes - label, tail / ((1 + tail) * (1 + tail)));
      }
    }
    return new LogLoss(loss, gradient, curvature);
  }

  /** All as one, with the penalty; the sums are made in the order of the list. */
  static LogLoss penalized(List<LogLoss> parts, double[] weights, double regularization) {
    double loss = 0;
    double[] gradient = new double[weights.length];
    double[] curvature = new double[weights.length * (weights.length + 1) / 2];
    for (LogLoss part : parts) {
      loss += part.loss;
      add(part.gradient, gradient);
      add(part.curvature, curvature);
    }
    for (int i = 0; i < weights.length - 1; i++) { // the intercept, the last, is free
      loss += regularization / 2 * weights[i] * weights[i];
      gradient[i] += regularization * weights[i];
      curvature[i * (i + 1) / 2 + i] += regularization;
    }
    return new LogLoss(loss, gradient, curvature);
  }

  private static void add(double[] from, double[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] += from[i];
    }
  }
}
