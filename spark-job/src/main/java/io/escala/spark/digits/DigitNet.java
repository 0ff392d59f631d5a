package io.escala.spark.digits;

import io.escala.spark.onnx.ConvolutionGraph;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The shape and the parameters of the convolutional network: 28x28 pixels, convolution 5x5, ReLU,
 * maximum of 2x2, convolution 5x5, ReLU, maximum of 2x2, dense, ReLU, dense, softmax. All
 * parameters are one array, so that an optimizer need not know what they mean.
 */
final class DigitNet {
  static final int SIDE = 28;
  static final int PIXELS = SIDE * SIDE;
  static final int CLASSES = 10;

  static final int KERNEL = 5;
  static final int FILTERS_1 = 12;
  static final int FILTERS_2 = 24;
  static final int CONVOLVED_1 = SIDE - KERNEL + 1;
  static final int POOLED_1 = CONVOLVED_1 / 2;
  static final int CONVOLVED_2 = POOLED_1 - KERNEL + 1;
  static final int POOLED_2 = CONVOLVED_2 / 2;
  static final int FEATURES = FILTERS_2 * POOLED_2 * POOLED_2;
  static final int HIDDEN = 96;

  /** [FILTERS_1][KERNEL][KERNEL]. */
  static final int WEIGHTS_1 = 0;

  static final int BIAS_1 = WEIGHTS_1 + FILTERS_1 * KERNEL * KERNEL;

  /** [FILTERS_2][FILTERS_1][KERNEL][KERNEL]. */
  static final int WEIGHTS_2 = BIAS_1 + FILTERS_1;

  static final int BIAS_2 = WEIGHTS_2 + FILTERS_2 * FILTERS_1 * KERNEL * KERNEL;

  /** [FEATURES][HIDDEN]. */
  static final int WEIGHTS_3 = BIAS_2 + FILTERS_2;

  static final int BIAS_3 = WEIGHTS_3 + FEATURES * HIDDEN;

  /** [HIDDEN][CLASSES]. */
  static final int WEIGHTS_4 = BIAS_3 + HIDDEN;

  static final int BIAS_4 = WEIGHTS_4 + HIDDEN * CLASSES;
  static final int PARAMETERS = BIAS_4 + CLASSES;

  private DigitNet() {}

  /** The same network as convolutions, for {@link ConvolutionGraph}. */
  static List<ConvolutionGraph.Layer> layers(float[] p) {
    return List.of(
        new ConvolutionGraph.Layer(
            FILTERS_1, 1, KERNEL, part(p, WEIGHTS_1, BIAS_1), part(p, BIAS_1, WEIGHTS_2), true),
        new ConvolutionGraph.Layer(
            FILTERS_2,
            FILTERS_1,
            KERNEL,
            part(p, WEIGHTS_2, BIAS_2),
            part(p, BIAS_2, WEIGHTS_3),
            true),
        new ConvolutionGraph.Layer(
            HIDDEN,
            FILTERS_2,
            POOLED_2,
            transposed(p, WEIGHTS_3, FEATURES, HIDDEN),
            part(p, BIAS_3, WEIGHTS_4),
            false),
        new ConvolutionGraph.Layer(
            CLASSES,
            HIDDEN,
            1,
            transposed(p, WEIGHTS_4, HIDDEN, CLASSES),
            part(p, BIAS_4, PARAMETERS),
            false));
  }

  private static float[] part(float[] p, int from, int until) {
    return Arrays.copyOfRange(p, from, until);
  }

  private static float[] transposed(float[] p, int from, int rows, int columns) {
    float[] result = new float[rows * columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        result[c * rows + r] = p[from + r * columns + c];
      }
    }
    return result;
  }

  /** Where training starts: He's uniform initialization, no bias. */
  static float[] random(SplittableRandom random) {
    float[] parameters = new float[PARAMETERS];
    fill(parameters, WEIGHTS_1, BIAS_1, KERNEL * KERNEL, random);
    fill(parameters, WEIGHTS_2, BIAS_2, FILTERS_1 * KERNEL * KERNEL, random);
    fill(parameters, WEIGHTS_3, BIAS_3, FEATURES, random);
    fill(parameters, WEIGHTS_4, BIAS_4, HIDDEN, random);
    return parameters;
  }

  private static void fill(float[] to, int from, int until, int fanIn, SplittableRandom random) {
    double bound = Math.sqrt(6.0 / fanIn);
    for (int i = from; i < until; i++) {
      to[i] = (float) (bound * (2 * random.nextDouble() - 1));
    }
  }
}
