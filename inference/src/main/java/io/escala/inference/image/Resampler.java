package io.escala.inference.image;

/**
 * Resizes a grey picture by bicubic convolution (a = -0.5) that is widened for shrinking, in fixed
 * point and with 8 bits between the two passes: bit for bit what Pillow's {@code resize} does.
 */
final class Resampler {
  private static final int PRECISION = 22;
  private static final double REACH = 2;

  private Resampler() {}

  static byte[] resize(byte[] from, int width, int height, int toWidth, int toHeight) {
    byte[] across = from;
    if (width != toWidth) {
      Weights weights = new Weights(width, toWidth);
      across = new byte[toWidth * height];
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < toWidth; x++) {
          across[y * toWidth + x] = weights.apply(x, from, y * width, 1);
        }
      }
    }
    if (height == toHeight) {
      return across == from ? from.clone() : across;
    }
    Weights weights = new Weights(height, toHeight);
    byte[] down = new byte[toWidth * toHeight];
    for (int y = 0; y < toHeight; y++) {
      for (int x = 0; x < toWidth; x++) {
        down[y * toWidth + x] = weights.apply(y, across, x, toWidth);
      }
    }
    return down;
  }

  /** For each place of the result the first place of the source that counts, and the weights. */
  private static final class Weights {
    private final int[] first;
    private final int[][] factors;

    Weights(int from, int to) {
      double scale = (double) from / to;
      double widened = Math.max(scale, 1);
      double support = REACH * widened;
      first = new int[to];
      factors = new int[to][];
      for (int i = 0; i < to; i++) {
        double center = (i + 0.5) * scale;
        int start = Math.max((int) (center - support + 0.5), 0);
        int end = Math.min((int) (center + support + 0.5), from);
        double[] exact = new double[end - start];
        double sum = 0;
        for (int k = 0; k < exact.length; k++) {
          exact[k] = bicubic((k + start - center + 0.5) * (1 / widened));
          sum += exact[k];
        }
        first[i] = start;
        factors[i] = new int[exact.length];
        for (int k = 0; k < exact.length; k++) {
          double factor = sum == 0 ? exact[k] : exact[k] / sum;
          factors[i][k] = (int) ((factor < 0 ? -0.5 : 0.5) + factor * (1 << PRECISION));
        }
      }
    }

    byte apply(int i, byte[] from, int start, int step) {
      int[] factor = factors[i];
      int sum = 1 << (PRECISION - 1);
      int at = start + first[i] * step;
      for (int k = 0; k < factor.length; k++, at += step) {
        sum += (from[at] & 0xFF) * factor[k];
      }
      int value = sum >> PRECISION;
      return (byte) (value < 0 ? 0 : Math.min(value, 255));
    }

    private static double bicubic(double distance) {
      double x = Math.abs(distance);
      if (x < 1) {
        return (1.5 * x - 2.5) * x * x + 1;
      }
      return x < REACH ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
    }
  }
}
