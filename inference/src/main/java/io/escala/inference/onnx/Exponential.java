package io.escala.inference.onnx;

/**
 * e to the power of x, to about one unit in the last place, with additions and multiplications
 * only: {@link Math#exp} may differ from machine to machine, and {@link StrictMath#exp}, which does
 * not, takes several times as long.
 *
 * <p>With n = round(128 x / ln 2) the result is 2^(n / 128) times e^r, where |r| is at most ln 2 /
 * 256: the first factor is a power of two and one of 128 numbers, the second a short polynomial.
 */
final class Exponential {
  private static final int PARTS = 128;
  private static final int BITS = 7;
  private static final double PARTS_OF_LN2 = PARTS / Math.log(2);

  /** ln 2 / 128 in two parts: n times the first, whose last 21 bits are zero, is exact. */
  private static final double LN2_HIGH =
      Double.longBitsToDouble(Double.doubleToRawLongBits(Math.log(2) / PARTS) & -(1L << 21));

  /** What the first part lacks. ln 2 is 0x1.62e42fefa39efp-1 + 0x1.abc9e3b39803fp-56. */
  private static final double LN2_LOW =
      0x1.62e42fefa39efp-1 / PARTS - LN2_HIGH + 0x1.abc9e3b39803fp-56 / PARTS;

  /** Added and taken off again it rounds to a whole number, which the low bits then show. */
  private static final double ROUNDER = 0x1.8p52;

  /** Beyond these the power of two is no normal number any more. */
  private static final double LARGEST = 709;

  private static final double SMALLEST = -708;

  private static final double[] POWERS = powers();

  private Exponential() {}

  private static double[] powers() {
    double[] powers = new double[PARTS];
    for (int i = 0; i < PARTS; i++) {
      powers[i] = StrictMath.pow(2, (double) i / PARTS);
    }
    return powers;
  }

  static void of(double[] in, double[] out, int count) {
    double[] powers = POWERS;
    for (int i = 0; i < count; i++) {
      double x = in[i];
      // Not a number fails both
      out[i] = x > SMALLEST && x < LARGEST ? of(x, powers) : StrictMath.exp(x);
    }
  }

  static double of(double x) {
    return x > SMALLEST && x < LARGEST ? of(x, POWERS) : StrictMath.exp(x);
  }

  private static double of(double x, double[] powers) {
    double shifted = x * PARTS_OF_LN2 + ROUNDER;
    long n = Double.doubleToRawLongBits(shifted);
    double rounded = shifted - ROUNDER;
    double r = (x - rounded * LN2_HIGH) - rounded * LN2_LOW;
    double square = r * r;
    double rest =
        r + square * (0.5 + r * (1.0 / 6)) + square * square * (1.0 / 24 + r * (1.0 / 120));
    double power = powers[(int) n & PARTS - 1];
    double scaled = Double.longBitsToDouble(Double.doubleToRawLongBits(power) + (n >> BITS << 52));
    return scaled + scaled * rest;
  }

  /** 1 / (1 + e^-x), without loss where it is small. */
  static double logistic(double x) {
    if (x >= 0) {
      return 1 / (1 + of(-x));
    }
    double power = of(x);
    return power / (1 + power);
  }
}
