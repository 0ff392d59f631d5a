package io.escala.spark.digits;

import static io.escala.spark.digits.DigitNet.*;

import java.util.Arrays;

/**
 * Passes a fixed number of images forward and backward through the network, side by side. Every
 * array has the images in its last dimension, so that the inner loops run over memory in order and
 * the JIT makes vector instructions of them; each sum is added up in an order that the code fixes,
 * so that the result does not depend on the machine.
 *
 * <p>For one thread at a time.
 */
final class Lanes {
  /** How many images. */
  static final int COUNT = 16;

  private static final int ROW_1 = CONVOLVED_1 * COUNT;
  private static final int ROW_2 = CONVOLVED_2 * COUNT;

  // The gradient of the second convolution has a border of zeros, as wide as a kernel reaches
  private static final int BORDER = KERNEL - 1;
  private static final int PADDED_2 = CONVOLVED_2 + 2 * BORDER;

  private final float[] pixels = new float[PIXELS * COUNT];
  private final float[] convolved1 = new float[FILTERS_1 * CONVOLVED_1 * ROW_1];
  private final float[] pooled1 = new float[FILTERS_1 * POOLED_1 * POOLED_1 * COUNT];
  private final int[] winner1 = new int[pooled1.length];
  private final float[] convolved2 = new float[FILTERS_2 * CONVOLVED_2 * ROW_2];
  private final float[] pooled2 = new float[FEATURES * COUNT];
  private final int[] winner2 = new int[pooled2.length];
  private final float[] hidden = new float[COUNT * HIDDEN];
  private final float[] scores = new float[COUNT * CLASSES];

  private final float[] hiddenSlope = new float[COUNT * HIDDEN];
  private final float[] pooled2Slope = new float[pooled2.length];
  private final float[] convolved2Slope = new float[FILTERS_2 * PADDED_2 * PADDED_2 * COUNT];
  private final float[] pooled1Slope = new float[pooled1.length];
  private final float[] convolved1Slope = new float[convolved1.length];
  private final float[][] taps = new float[KERNEL][ROW_1];

  /** What the last call of {@link #backward} found. */
  final float[] gradient = new float[PARAMETERS];

  /** The image in a lane: each pixel 0 (paper) to 1 (ink). */
  void setImage(int lane, float[] image) {
    for (int i = 0; i < PIXELS; i++) {
      pixels[i * COUNT + lane] = image[i];
    }
  }

  /** The score of a class in a lane, after {@link #forward}. */
  float score(int lane, int digit) {
    return scores[lane * CLASSES + digit];
  }

  void forward(float[] p) {
    for (int f = 0; f < FILTERS_1; f++) {
      for (int y = 0; y < CONVOLVED_1; y++) {
        int out = (f * CONVOLVED_1 + y) * ROW_1;
        Arrays.fill(convolved1, out, out + ROW_1, p[BIAS_1 + f]);
        for (int k = 0; k < KERNEL; k++) {
          int w = WEIGHTS_1 + (f * KERNEL + k) * KERNEL;
          int in = (y + k) * SIDE * COUNT;
          addRow(convolved1, out, ROW_1, pixels, in, p[w], p[w + 1], p[w + 2], p[w + 3], p[w + 4]);
        }
      }
    }
    pool(convolved1, FILTERS_1, CONVOLVED_1, pooled1, winner1);
    for (int f = 0; f < FILTERS_2; f++) {
      for (int y = 0; y < CONVOLVED_2; y++) {
        int out = (f * CONVOLVED_2 + y) * ROW_2;
        Arrays.fill(convolved2, out, out + ROW_2, p[BIAS_2 + f]);
        for (int c = 0; c < FILTERS_1; c++) {
          for (int k = 0; k < KERNEL; k++) {
            int w = WEIGHTS_2 + ((f * FILTERS_1 + c) * KERNEL + k) * KERNEL;
            int in = (c * POOLED_1 + y + k) * POOLED_1 * COUNT;
            addRow(
                convolved2, out, ROW_2, pooled1, in, p[w], p[w + 1], p[w + 2], p[w + 3], p[w + 4]);
          }
        }
      }
    }
    pool(convolved2, FILTERS_2, CONVOLVED_2, pooled2, winner2);
    for (int lane = 0; lane < COUNT; lane++) {
      System.arraycopy(p, BIAS_3, hidden, lane * HIDDEN, HIDDEN);
      for (int i = 0; i < FEATURES; i++) {
        float feature = pooled2[i * COUNT + lane];
        if (feature != 0) {
          add(hidden, lane * HIDDEN, HIDDEN, feature, p, WEIGHTS_3 + i * HIDDEN);
        }
      }
      System.arraycopy(p, BIAS_4, scores, lane * CLASSES, CLASSES);
      for (int h = 0; h < HIDDEN; h++) {
        float active = Math.max(hidden[lane * HIDDEN + h], 0);
        hidden[lane * HIDDEN + h] = active;
        if (active != 0) {
          add(scores, lane * CLASSES, CLASSES, active, p, WEIGHTS_4 + h * CLASSES);
        }
      }
    }
  }

  /**
   * The gradient of the sum of the lanes' losses, into {@link #gradient}.
   *
   * @param scoreSlopes of each lane's loss, by lane and class
   */
  void backward(float[] p, float[] scoreSlopes) {
    Arrays.fill(gradient, 0);
    dense(p, scoreSlopes);

    Arrays.fill(convolved2Slope, 0);
    for (int i = 0; i < pooled2.length; i++) {
      if (pooled2[i] > 0) {
        int at = winner2[i];
        int lane = at % COUNT;
        int x = at / COUNT % CONVOLVED_2;
        int y = at / ROW_2 % CONVOLVED_2;
        int f = at / (ROW_2 * CONVOLVED_2);
        int padded = ((f * PADDED_2 + y + BORDER) * PADDED_2 + x + BORDER) * COUNT + lane;
        convolved2Slope[padded] = pooled2Slope[i];
      }
    }
    for (int f = 0; f < FILTERS_2; f++) {
      for (int c = 0; c < FILTERS_1; c++) {
        for (int k = 0; k < KERNEL; k++) {
          correlate(
              ROW_2,
              convolved2Slope,
              ((f * PADDED_2 + BORDER) * PADDED_2 + BORDER) * COUNT,
              PADDED_2 * COUNT,
              pooled1,
              (c * POOLED_1 + k) * POOLED_1 * COUNT,
              POOLED_1 * COUNT);
          sumTaps(ROW_2, WEIGHTS_2 + ((f * FILTERS_1 + c) * KERNEL + k) * KERNEL);
        }
      }
    }
    for (int f = 0; f < FILTERS_2; f++) {
      float sum = 0;
      int plane = PADDED_2 * PADDED_2 * COUNT;
      for (int i = f * plane; i < (f + 1) * plane; i++) {
        sum += convolved2Slope[i];
      }
      gradient[BIAS_2 + f] = sum;
    }

    Arrays.fill(pooled1Slope, 0);
    int row = POOLED_1 * COUNT;
    for (int c = 0; c < FILTERS_1; c++) {
      for (int y = 0; y < POOLED_1; y++) {
        int out = (c * POOLED_1 + y) * row;
        for (int f = 0; f < FILTERS_2; f++) {
          for (int k = 0; k < KERNEL; k++) {
            int w = WEIGHTS_2 + ((f * FILTERS_1 + c) * KERNEL + k) * KERNEL;
            int in = (f * PADDED_2 + y - k + BORDER) * PADDED_2 * COUNT;
            addRow(
                pooled1Slope,
                out,
                row,
                convolved2Slope,
                in,
                p[w + 4],
                p[w + 3],
                p[w + 2],
                p[w + 1],
                p[w]);
          }
        }
      }
    }

    Arrays.fill(convolved1Slope, 0);
    for (int i = 0; i < pooled1.length; i++) {
      if (pooled1[i] > 0) {
        convolved1Slope[winner1[i]] = pooled1Slope[i];
        gradient[BIAS_1 + i / (POOLED_1 * POOLED_1 * COUNT)] += pooled1Slope[i];
      }
    }
    for (int f = 0; f < FILTERS_1; f++) {
      for (int k = 0; k < KERNEL; k++) {
        correlate(
            ROW_1,
            convolved1Slope,
            f * CONVOLVED_1 * ROW_1,
            ROW_1,
            pixels,
            k * SIDE * COUNT,
            SIDE * COUNT);
        sumTaps(ROW_1, WEIGHTS_1 + (f * KERNEL + k) * KERNEL);
      }
    }
  }

  private void dense(float[] p, float[] scoreSlopes) {
    Arrays.fill(hiddenSlope, 0);
    for (int lane = 0; lane < COUNT; lane++) {
      int scored = lane * CLASSES;
      add(gradient, BIAS_4, CLASSES, 1, scoreSlopes, scored);
      for (int h = 0; h < HIDDEN; h++) {
        float active = hidden[lane * HIDDEN + h];
        if (active > 0) {
          add(gradient, WEIGHTS_4 + h * CLASSES, CLASSES, active, scoreSlopes, scored);
          float sum = 0;
          for (int c = 0; c < CLASSES; c++) {
            sum += p[WEIGHTS_4 + h * CLASSES + c] * scoreSlopes[scored + c];
          }
          hiddenSlope[lane * HIDDEN + h] = sum;
        }
      }
      add(gradient, BIAS_3, HIDDEN, 1, hiddenSlope, lane * HIDDEN);
    }
    for (int i = 0; i < FEATURES; i++) {
      int w = WEIGHTS_3 + i * HIDDEN;
      for (int lane = 0; lane < COUNT; lane++) {
        float feature = pooled2[i * COUNT + lane];
        if (feature > 0) {
          add(gradient, w, HIDDEN, feature, hiddenSlope, lane * HIDDEN);
          pooled2Slope[i * COUNT + lane] = dot(p, w, hiddenSlope, lane * HIDDEN);
        }
      }
    }
  }

  /** ReLU and the maximum of 2x2; a maximum of 0 has no winner that matters. */
  private static void pool(float[] from, int filters, int side, float[] to, int[] winner) {
    int out = 0;
    for (int f = 0; f < filters; f++) {
      for (int y = 0; y < side; y += 2) {
        for (int x = 0; x < side; x += 2) {
          int first = ((f * side + y) * side + x) * COUNT;
          for (int lane = 0; lane < COUNT; lane++, out++) {
            int a = first + lane;
            int b = a + COUNT;
            int c = a + side * COUNT;
            int d = c + COUNT;
            int upper = from[b] > from[a] ? b : a;
            int lower = from[d] > from[c] ? d : c;
            int best = from[lower] > from[upper] ? lower : upper;
            winner[out] = best;
            to[out] = Math.max(from[best], 0);
          }
        }
      }
    }
  }

  /** Five neighbours, each with its weight, added to a row. */
  private static void addRow(
      float[] to,
      int out,
      int length,
      float[] from,
      int in,
      float w0,
      float w1,
      float w2,
      float w3,
      float w4) {
    for (int i = 0; i < length; i++) {
      int at = in + i;
      to[out + i] +=
          (w0 * from[at] + w1 * from[at + COUNT])
              + (w2 * from[at + 2 * COUNT] + w3 * from[at + 3 * COUNT])
              + w4 * from[at + 4 * COUNT];
    }
  }

  private static void add(float[] to, int out, int length, float factor, float[] from, int in) {
    for (int i = 0; i < length; i++) {
      to[out + i] += factor * from[in + i];
    }
  }

  private static float dot(float[] a, int atA, float[] b, int atB) {
    float even = 0;
    float odd = 0;
    float third = 0;
    float fourth = 0;
    for (int i = 0; i < HIDDEN; i += 4) {
      even += a[atA + i] * b[atB + i];
      odd += a[atA + i + 1] * b[atB + i + 1];
      third += a[atA + i + 2] * b[atB + i + 2];
      fourth += a[atA + i + 3] * b[atB + i + 3];
    }
    return (even + odd) + (third + fourth);
  }

  /**
   * The product of two stacks of rows, added up over the rows, for each shift of the second by up
   * to a kernel's width, into {@link #taps}. There are as many rows as lanes fit into one.
   */
  private void correlate(
      int length, float[] a, int atA, int strideA, float[] b, int atB, int strideB) {
    for (int k = 0; k < KERNEL; k++) {
      float[] tap = taps[k];
      Arrays.fill(tap, 0, length, 0);
      for (int y = 0; y < length / COUNT; y += 4) {
        addProducts(
            tap, length, a, atA + y * strideA, strideA, b, atB + y * strideB + k * COUNT, strideB);
      }
    }
  }

  private static void addProducts(
      float[] to, int length, float[] a, int atA, int strideA, float[] b, int atB, int strideB) {
    for (int i = 0; i < length; i++) {
      int one = atA + i;
      int other = atB + i;
      to[i] +=
          (a[one] * b[other] + a[one + strideA] * b[other + strideB])
              + (a[one + 2 * strideA] * b[other + 2 * strideB]
                  + a[one + 3 * strideA] * b[other + 3 * strideB]);
    }
  }

  private void sumTaps(int length, int weights) {
    for (int k = 0; k < KERNEL; k++) {
      float[] tap = taps[k];
      for (int at = COUNT; at < length; at += COUNT) {
        add(tap, 0, COUNT, 1, tap, at);
      }
      float sum = 0;
      for (int lane = 0; lane < COUNT; lane++) {
        sum += tap[lane];
      }
      gradient[weights + k] = sum;
    }
  }
}
