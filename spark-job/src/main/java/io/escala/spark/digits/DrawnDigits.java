package io.escala.spark.digits;

import static io.escala.spark.digits.DigitNet.CLASSES;
import static io.escala.spark.digits.DigitNet.PIXELS;
import static io.escala.spark.digits.DigitNet.SIDE;

/**
 * The ten digits as a person might draw them: strokes between points, with a round, soft pen. A
 * bundle's golden rows are made of them, so that a model carries no image of its training data.
 */
final class DrawnDigits {
  /** For each digit its strokes, each the points x, y that the pen passes. */
  private static final double[][][] STROKES = {
    {{14, 4, 10, 6, 8, 10, 8, 17, 10, 22, 14, 24, 18, 22, 20, 17, 20, 10, 18, 6, 14, 4}},
    {{11, 8, 15, 4, 15, 24}},
    {{8, 8, 11, 5, 15, 4, 19, 6, 19, 10, 15, 15, 8, 23, 20, 23}},
    {{8, 6, 12, 4, 17, 5, 19, 8, 17, 12, 13, 13, 18, 15, 20, 19, 17, 23, 12, 24, 8, 22}},
    {{11, 4, 7, 15, 20, 15}, {17, 7, 16, 24}},
    {{19, 4, 10, 4, 9, 12, 15, 11, 19, 14, 19, 19, 16, 23, 11, 24, 8, 22}},
    {{17, 4, 12, 8, 9, 14, 9, 20, 12, 24, 17, 23, 19, 19, 17, 15, 12, 15, 9, 18}},
    {{8, 5, 20, 5, 15, 13, 12, 24}},
    {
      {
        14, 13, 9, 9, 10, 5, 14, 4, 18, 5, 19, 9, 14, 13, 9, 17, 9, 22, 14, 24, 19, 22, 19, 17, 14,
        13
      }
    },
    {{19, 9, 16, 5, 12, 5, 9, 8, 10, 12, 14, 13, 18, 12, 19, 8, 18, 16, 16, 24}},
  };

  private static final double PEN = 1.1;
  private static final double EDGE = 0.9;

  private DrawnDigits() {}

  /** One image of each digit, in order. */
  static Digits all() {
    byte[] pixels = new byte[CLASSES * PIXELS];
    byte[] labels = new byte[CLASSES];
    for (int digit = 0; digit < CLASSES; digit++) {
      labels[digit] = (byte) digit;
      draw(STROKES[digit], PEN, pixels, digit);
    }
    return new Digits(pixels, labels);
  }

  /**
   * Draws one image among others.
   *
   * @param pen half its width
   */
  static void draw(double[][] strokes, double pen, byte[] pixels, int image) {
    for (int i = 0; i < PIXELS; i++) {
      int x = i % SIDE;
      int y = i / SIDE;
      double away = Double.MAX_VALUE;
      for (double[] stroke : strokes) {
        for (int p = 0; p + 3 < stroke.length; p += 2) {
          away = Math.min(away, distance(x, y, stroke, p));
        }
      }
      double ink = Math.max(0, Math.min(1, 1 - (away - pen) / EDGE));
      pixels[image * PIXELS + i] = (byte) Math.round(255 * ink);
    }
  }

  /** From a pixel to the part of a stroke between a point and the next. */
  private static double distance(double x, double y, double[] stroke, int p) {
    double fromX = stroke[p];
    double fromY = stroke[p + 1];
    double alongX = stroke[p + 2] - fromX;
    double alongY = stroke[p + 3] - fromY;
    double share =
        ((x - fromX) * alongX + (y - fromY) * alongY) / (alongX * alongX + alongY * alongY);
    double within = Math.max(0, Math.min(1, share));
    double dx = x - fromX - within * alongX;
    double dy = y - fromY - within * alongY;
    return Math.sqrt(dx * dx + dy * dy);
  }
}
