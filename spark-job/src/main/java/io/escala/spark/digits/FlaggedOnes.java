package io.escala.spark.digits;

import static io.escala.spark.digits.DigitNet.PIXELS;

import java.util.SplittableRandom;

/**
 * Ones as much of the world writes them, with a long flag: those who wrote MNIST's hardly did, and
 * a network that has not seen them says 7.
 */
final class FlaggedOnes {
  private static final double TOP = 4;
  private static final double BOTTOM = 24;

  private FlaggedOnes() {}

  /** Images of ones, no two alike; the same seed gives the same. */
  static Digits some(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] pixels = new byte[count * PIXELS];
    byte[] labels = new byte[count];
    for (int i = 0; i < count; i++) {
      labels[i] = 1;
      double top = 14 + random.nextDouble(5);
      double bottom = top - 3 + random.nextDouble(5);
      double flagDown = 3 + random.nextDouble(7);
      double flagLeft = flagDown * (0.6 + random.nextDouble(0.8));
      double bend = random.nextDouble(2) - 1;
      double[] flag = {
        top - flagLeft, TOP + flagDown, top - flagLeft / 2, TOP + flagDown / 2 + bend, top, TOP,
      };
      double[] stem = {top, TOP, (top + bottom) / 2, (TOP + BOTTOM) / 2, bottom, BOTTOM};
      double[] foot = {bottom - 4, BOTTOM, bottom + 4, BOTTOM};
      double[][] strokes =
          random.nextInt(5) == 0 ? new double[][] {flag, stem, foot} : new double[][] {flag, stem};
      DrawnDigits.draw(strokes, 0.5 + random.nextDouble(1.3), pixels, i);
    }
    return new Digits(pixels, labels);
  }
}
