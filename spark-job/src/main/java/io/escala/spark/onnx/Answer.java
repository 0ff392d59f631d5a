package io.escala.spark.onnx;

import java.util.OptionalDouble;

/**
 * How the probability that a fit gives becomes the model's answer.
 *
 * @param prior the share of yes among the training rows, if the fit took both classes for equally
 *     frequent: the probability is then corrected for it
 * @param threshold the answer is yes when the corrected probability is greater
 */
public record Answer(OptionalDouble prior, double threshold) {

  /** The same with another threshold. */
  public Answer withThreshold(double other) {
    return new Answer(prior, other);
  }
}
