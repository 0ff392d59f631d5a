package io.escala.spark.digits;

import static io.escala.spark.digits.DigitNet.CLASSES;
import static io.escala.spark.digits.DigitNet.PARAMETERS;
import static io.escala.spark.digits.DigitNet.SIDE;

import java.util.List;

/**
 * Passes a fixed number of images forward and backward through the network, side by side. Each sum
 * is added up in an order that the code fixes, so that the result does not depend on the machine.
 *
 * <p>For one thread at a time.
 */
final class Lanes {
  /** How many images. */
  static final int COUNT = 16;

  private final List<ConvolutionLanes> layers =
      DigitNet.LAYERS.stream().map(ConvolutionLanes::new).toList();
  private final ConvolutionLanes first = layers.get(0);
  private final ConvolutionLanes last = layers.get(layers.size() - 1);

  /** What the last call of {@link #backward} found. */
  final float[] gradient = new float[PARAMETERS];

  /** The image in a lane: each pixel 0 (paper) to 1 (ink). */
  void setImage(int lane, float[] image) {
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        first.in()[first.at(0, y, x) + lane] = image[y * SIDE + x];
      }
    }
  }

  /** The score of a class in a lane, after {@link #forward}. */
  float score(int lane, int digit) {
    return last.out()[digit * COUNT + lane];
  }

  void forward(float[] p) {
    first.forward(p);
    for (int i = 1; i < layers.size(); i++) {
      layers.get(i).takeActive(layers.get(i - 1));
      layers.get(i).forward(p);
    }
  }

  /**
   * The gradient of the sum of the lanes' losses, into {@link #gradient}.
   *
   * @param scoreSlopes of each lane's loss, by lane and class
   */
  void backward(float[] p, float[] scoreSlopes) {
    for (int lane = 0; lane < COUNT; lane++) {
      for (int c = 0; c < CLASSES; c++) {
        last.outSlope()[c * COUNT + lane] = scoreSlopes[lane * CLASSES + c];
      }
    }
    for (int i = layers.size() - 1; i > 0; i--) {
      layers.get(i).backward(gradient);
      layers.get(i).backward(p, layers.get(i - 1));
    }
    first.backward(gradient);
  }
}
