package io.escala.spark.digits;

import io.escala.spark.onnx.ConvolutionGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The shape and the parameters of the convolutional network: 28x28 pixels, three convolutions and
 * two dense layers, ReLU between them, softmax. All parameters are one array, so that an optimizer
 * need not know what they mean.
 *
 * <p>It is shaped for a server that skips zeros: strides instead of pooling, whose inputs would all
 * have to be computed, and layers that give nothing where there is only paper.
 */
final class DigitNet {
  static final int SIDE = 28;
  static final int PIXELS = SIDE * SIDE;
  static final int CLASSES = 10;

  /** In order; the image comes into the first, scores come out of the last. */
  static final List<ConvolutionLayer> LAYERS = layers();

  static final int PARAMETERS = LAYERS.get(LAYERS.size() - 1).end();

  /** How many layers, from the first, must give nothing where there is only paper. */
  private static final int QUIET_ON_PAPER = 2;

  private DigitNet() {}

  private static List<ConvolutionLayer> layers() {
    ConvolutionLayer first = new ConvolutionLayer(6, 1, SIDE, 5, 2, 0);
    ConvolutionLayer second = first.then(12, 3, 1);
    ConvolutionLayer third = second.then(16, 3, 2);
    ConvolutionLayer hidden = third.then(32, third.outSide(), 1);
    return List.of(first, second, third, hidden, hidden.then(CLASSES, 1, 1));
  }

  /** The same network for {@link ConvolutionGraph}. */
  static List<ConvolutionGraph.Layer> graph(float[] parameters) {
    List<ConvolutionGraph.Layer> result = new ArrayList<>();
    for (ConvolutionLayer layer : LAYERS) {
      result.add(
          new ConvolutionGraph.Layer(
              layer.filters(),
              layer.channels(),
              layer.kernel(),
              layer.stride(),
              Arrays.copyOfRange(parameters, layer.weights(), layer.bias()),
              Arrays.copyOfRange(parameters, layer.bias(), layer.end())));
    }
    return result;
  }

  /** Where training starts: He's uniform initialization, no bias. */
  static float[] random(SplittableRandom random) {
    float[] parameters = new float[PARAMETERS];
    for (ConvolutionLayer layer : LAYERS) {
      double bound = Math.sqrt(6.0 / layer.taps());
      for (int i = layer.weights(); i < layer.bias(); i++) {
        parameters[i] = (float) (bound * (2 * random.nextDouble() - 1));
      }
    }
    return parameters;
  }

  /**
   * Takes back every bias above zero in the first layers. ReLU then gives zeros wherever a kernel
   * sees nothing but paper, which is most of an image.
   */
  static void keepPaperQuiet(float[] parameters) {
    for (ConvolutionLayer layer : LAYERS.subList(0, QUIET_ON_PAPER)) {
      for (int i = layer.bias(); i < layer.end(); i++) {
        parameters[i] = Math.min(parameters[i], 0);
      }
    }
  }
}
