package io.escala.inference.image;

import io.escala.inference.InputException;
import java.util.Arrays;

/** The ink of a picture: for each pixel, row by row, 0 (paper) to 1 (ink). */
final class Handwriting {
  /** Grey levels between paper and ink below which a person sees nothing written either. */
  private static final float LEAST_CONTRAST = 20;

  /** How far ink stands out of the paper's own grain, in median deviations. */
  private static final float LEAST_SIGNAL = 8;

  private static final float SMALLEST_PIECE = 0.08f;

  /** MNIST's digits fit this side, and their pen is about so wide. */
  private static final int BOX = 20;

  private static final float PEN = 2.2f;

  private final int width;
  private final int height;
  private final float[] ink;

  private Handwriting(int width, int height, float[] ink) {
    this.width = width;
    this.height = height;
    this.ink = ink;
  }

  static Handwriting find(WorkingCopy copy) {
    int width = copy.width();
    int height = copy.height();
    float[] off = smoothed(offPaper(copy), width, height);
    float sign = sign(off);
    float[] ink = new float[off.length];
    for (int i = 0; i < ink.length; i++) {
      ink[i] = Math.max(0, sign * off[i]);
    }
    float threshold = otsu(ink);
    float level = meanAbove(ink, threshold);
    if (level < LEAST_CONTRAST || level < LEAST_SIGNAL * medianOf(absolute(off))) {
      throw nothing();
    }
    threshold = Math.max(threshold, level * 0.4f);
    boolean[] kept = Pieces.keep(ink, threshold, width, height, SMALLEST_PIECE);
    float low = threshold * 0.4f;
    float high = meanAbove(ink, threshold);
    for (int i = 0; i < ink.length; i++) {
      ink[i] =
          near(kept, i % width, i / width, width, height)
              ? Math.min(1, Math.max(0, (ink[i] - low) / (high - low)))
              : 0;
    }
    return new Handwriting(width, height, ink);
  }

  private static float[] offPaper(WorkingCopy copy) {
    PaperLight paper = PaperLight.of(copy);
    float[] off = new float[copy.luma().length];
    for (int y = 0; y < copy.height(); y++) {
      double v = PaperLight.place(y, copy.height());
      for (int x = 0; x < copy.width(); x++) {
        int at = y * copy.width() + x;
        off[at] = (float) (copy.luma()[at] - paper.at(PaperLight.place(x, copy.width()), v));
      }
    }
    return off;
  }

  /** The grain of a large picture is taken off; a small one has no pixel to spare. */
  private static float[] smoothed(float[] values, int width, int height) {
    if (Math.min(width, height) < 100) {
      return values;
    }
    float[] across = new float[values.length];
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      int x = i % width;
      across[i] =
          (values[x == 0 ? i : i - 1] + 2 * values[i] + values[x == width - 1 ? i : i + 1]) / 4;
    }
    for (int i = 0; i < values.length; i++) {
      int y = i / width;
      result[i] =
          (across[y == 0 ? i : i - width] + 2 * across[i] + across[y == height - 1 ? i : i + width])
              / 4;
    }
    return result;
  }

  /** -1 if the ink is darker than the paper, 1 if it is brighter. */
  private static float sign(float[] off) {
    double darker = 0;
    double brighter = 0;
    for (float value : off) {
      double strength = (double) value * value;
      if (value < 0) {
        darker += strength;
      } else {
        brighter += strength;
      }
    }
    return darker >= brighter ? -1 : 1;
  }

  /** The threshold that parts the values best in two (N. Otsu, 1979). */
  private static float otsu(float[] values) {
    int[] histogram = new int[256];
    for (float value : values) {
      histogram[Math.min(255, (int) value)]++;
    }
    double all = 0;
    for (int i = 0; i < 256; i++) {
      all += (double) i * histogram[i];
    }
    double sumBelow = 0;
    long below = 0;
    double best = -1;
    int threshold = 0;
    for (int t = 0; t < 255; t++) {
      below += histogram[t];
      sumBelow += (double) t * histogram[t];
      long above = values.length - below;
      if (below > 0 && above > 0) {
        double gap = sumBelow / below - (all - sumBelow) / above;
        double between = gap * gap * below * above;
        if (between > best) {
          best = between;
          threshold = t + 1;
        }
      }
    }
    return threshold;
  }

  private static float meanAbove(float[] values, float threshold) {
    double sum = 0;
    int count = 0;
    for (float value : values) {
      if (value >= threshold) {
        sum += value;
        count++;
      }
    }
    return count == 0 ? 0 : (float) (sum / count);
  }

  private static float[] absolute(float[] values) {
    float[] result = values.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] = Math.abs(result[i]);
    }
    return result;
  }

  private static float medianOf(float[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  /** A piece's soft edge belongs to it. */
  private static boolean near(boolean[] kept, int x, int y, int width, int height) {
    for (int dy = -1; dy <= 1; dy++) {
      for (int dx = -1; dx <= 1; dx++) {
        if (x + dx >= 0
            && x + dx < width
            && y + dy >= 0
            && y + dy < height
            && kept[(y + dy) * width + x + dx]) {
          return true;
        }
      }
    }
    return false;
  }

  private static InputException nothing() {
    return new InputException(
        "the image has no ink: nothing in it stands out from its background; send a picture of one"
            + " digit, dark on bright or bright on dark");
  }

  byte[] toMnist() {
    int[] box = box();
    int across = box[2] - box[0];
    int down = box[3] - box[1];
    float scale = (float) BOX / Math.max(across, down);
    Handwriting cropped = crop(box[0], box[1], across, down).withPenOf(PEN / scale);
    int toWidth = Math.max(1, Math.round(cropped.width * BOX / (float) longer(cropped)));
    int toHeight = Math.max(1, Math.round(cropped.height * BOX / (float) longer(cropped)));
    byte[] grey = new byte[cropped.ink.length];
    for (int i = 0; i < grey.length; i++) {
      grey[i] = (byte) Math.round(cropped.ink[i] * 255);
    }
    return centred(
        Resampler.resize(grey, cropped.width, cropped.height, toWidth, toHeight),
        toWidth,
        toHeight);
  }

  private static int longer(Handwriting writing) {
    return Math.max(writing.width, writing.height);
  }

  /** Left and top, included, right and bottom, excluded. */
  private int[] box() {
    int[] box = {width, height, 0, 0};
    for (int i = 0; i < ink.length; i++) {
      if (ink[i] > 0.25f) {
        box[0] = Math.min(box[0], i % width);
        box[1] = Math.min(box[1], i / width);
        box[2] = Math.max(box[2], i % width + 1);
        box[3] = Math.max(box[3], i / width + 1);
      }
    }
    return box;
  }

  private Handwriting crop(int left, int top, int across, int down) {
    float[] part = new float[across * down];
    for (int y = 0; y < down; y++) {
      System.arraycopy(ink, (top + y) * width + left, part, y * across, across);
    }
    return new Handwriting(across, down, part);
  }

  /** The same written with a pen of this width at least, measured in pixels. */
  private Handwriting withPenOf(float least) {
    float area = 0;
    float outline = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        float here = ink[y * width + x];
        area += here;
        outline += Math.abs(here - at(x + 1, y)) + Math.abs(here - at(x, y + 1));
        outline += (x == 0 ? here : 0) + (y == 0 ? here : 0);
      }
    }
    // Steps along the axes make a slanted outline longer than it is, by 4 / pi on the average
    float pen = 2 * area / (outline * (float) Math.PI / 4);
    int more = Math.round((least - pen) / 2);
    return more <= 0 ? this : thickened(more);
  }

  /** Grown step by step into an octagon, so that the time does not grow with the square. */
  private Handwriting thickened(int more) {
    int wide = width + 2 * more;
    int high = height + 2 * more;
    float[] thick = new float[wide * high];
    for (int y = 0; y < height; y++) {
      System.arraycopy(ink, y * width, thick, (y + more) * wide + more, width);
    }
    for (int step = 0; step < more; step++) {
      thick = grown(thick, wide, high, step % 2 == 1);
    }
    return new Handwriting(wide, high, thick);
  }

  /** Each place gets the most ink of itself and its neighbours, those at the corners or not. */
  private static float[] grown(float[] ink, int width, int height, boolean corners) {
    float[] result = ink.clone();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        float here = ink[y * width + x];
        if (here == 0) {
          continue;
        }
        for (int dy = y == 0 ? 0 : -1; dy <= (y == height - 1 ? 0 : 1); dy++) {
          for (int dx = x == 0 ? 0 : -1; dx <= (x == width - 1 ? 0 : 1); dx++) {
            int at = (y + dy) * width + x + dx;
            if ((corners || dx == 0 || dy == 0) && result[at] < here) {
              result[at] = here;
            }
          }
        }
      }
    }
    return result;
  }

  private float at(int x, int y) {
    return x >= width || y >= height ? 0 : ink[y * width + x];
  }

  private static byte[] centred(byte[] grey, int width, int height) {
    long sum = 0;
    long sumX = 0;
    long sumY = 0;
    for (int i = 0; i < grey.length; i++) {
      int value = grey[i] & 0xFF;
      sum += value;
      sumX += (long) value * (i % width);
      sumY += (long) value * (i / width);
    }
    double middle = (DigitPixels.SIDE - 1) / 2.0;
    int left = within((int) Math.round(middle - (double) sumX / sum), width);
    int top = within((int) Math.round(middle - (double) sumY / sum), height);
    byte[] result = new byte[DigitPixels.SIDE * DigitPixels.SIDE];
    for (int y = 0; y < height; y++) {
      System.arraycopy(grey, y * width, result, (top + y) * DigitPixels.SIDE + left, width);
    }
    return result;
  }

  private static int within(int start, int size) {
    return Math.max(0, Math.min(start, DigitPixels.SIDE - size));
  }
}
