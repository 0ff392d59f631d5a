package io.escala.inference.onnx;

import java.util.Arrays;

/**
 * The same sums as {@link Convolution}'s, for many rows at once and zeros included, with the room
 * that one thread needs for them. In and out each channel is a plane of points, each point a run of
 * rows. A line of outputs of one filter is a sum of lines of inputs, each times one weight: long
 * runs of values, three of them at a time.
 */
final class BatchConvolution {
  private final Value input;
  private final Value output;
  private final Window window;
  private final float[] bias;

  /** By filter, then by row and column of the window and by channel. */
  private final float[][] weights;

  /**
   * What a line of outputs meets: by line of inputs, column of the window and channel. A line of
   * inputs takes the place of the one that is a window's height above it.
   */
  private final float[][] lines;

  /** What a line of outputs is to be, by filter. */
  private final float[][] sums;

  /**
   * @param rows the most there will be
   */
  BatchConvolution(
      Value input, Value output, Window window, Tensor kernel, float[] bias, int rows) {
    this.input = input;
    this.output = output;
    this.window = window;
    this.bias = bias;
    this.weights = weights(kernel);
    int length = aligned(output.tail()[2] * rows);
    this.lines = new float[linesARow() * window.height()][length];
    this.sums = new float[weights.length][length];
  }

  /**
   * At least as many, and such that an array of them, 16 bytes of header included, fills lines of
   * the processor's cache of 64 bytes. Arrays that are made one after the other then begin at like
   * places of such lines, and the loop that the JIT compiler brings to a vector's boundary in one
   * is at one in all: an eighth faster.
   */
  private static int aligned(int length) {
    return (length + 4 + 15) / 16 * 16 - 4;
  }

  private int linesARow() {
    return window.width() * input.tail()[0];
  }

  private static float[][] weights(Tensor kernel) {
    int[] sizes = kernel.dimensions();
    int points = sizes[2] * sizes[3];
    float[] from = kernel.floats();
    float[][] weights = new float[sizes[0]][sizes[1] * points];
    for (int filter = 0; filter < sizes[0]; filter++) {
      for (int channel = 0; channel < sizes[1]; channel++) {
        for (int point = 0; point < points; point++) {
          weights[filter][point * sizes[1] + channel] =
              from[(filter * sizes[1] + channel) * points + point];
        }
      }
    }
    return weights;
  }

  void run(float[] in, float[] out, int rows) {
    int height = output.tail()[1];
    int length = output.tail()[2] * rows;
    int next = 0;
    for (int y = 0; y < height; y++) {
      int top = y * window.strideDown() - window.padTop();
      int bottom = Math.min(top + window.height(), input.tail()[1]);
      for (; next < bottom; next++) {
        fill(in, next, rows);
      }
      int start = top * linesARow();
      addLines(start, Math.max(0, -start), bottom * linesARow() - start, length);
      for (int filter = 0; filter < sums.length; filter++) {
        System.arraycopy(sums[filter], 0, out, (filter * height + y) * length, length);
      }
    }
  }

  /**
   * A line of outputs of every filter. The filters are the inner loop, so that three lines of
   * inputs stay near the processor until all have taken them.
   *
   * @param start of all lines the one that the first weight of a filter meets, if it is there
   * @param first of the weights of a filter the first that meets an input that is there
   * @param end after the last one
   */
  private void addLines(int start, int first, int end, int length) {
    for (int filter = 0; filter < sums.length; filter++) {
      Arrays.fill(sums[filter], 0, length, bias[filter]);
    }
    int i = first;
    for (; i + 3 <= end; i += 3) {
      float[] a = line(start + i);
      float[] b = line(start + i + 1);
      float[] c = line(start + i + 2);
      int filter = 0;
      for (; filter + 2 <= sums.length; filter += 2) {
        addThree(
            weights[filter],
            weights[filter + 1],
            i,
            a,
            b,
            c,
            sums[filter],
            sums[filter + 1],
            length);
      }
      if (filter < sums.length) {
        for (int k = i; k < i + 3; k++) {
          Scaled.add(weights[filter][k], line(start + k), sums[filter], 0, length);
        }
      }
    }
    for (; i < end; i++) {
      for (int filter = 0; filter < sums.length; filter++) {
        Scaled.add(weights[filter][i], line(start + i), sums[filter], 0, length);
      }
    }
  }

  /**
   * Three lines to two filters, so that each value is read once for both. With a fourth line, or a
   * third filter, C2 of JDK 17 makes no vector instructions of the loop.
   */
  private static void addThree(
      float[] ofOne,
      float[] ofTwo,
      int first,
      float[] a,
      float[] b,
      float[] c,
      float[] one,
      float[] two,
      int end) {
    float a1 = ofOne[first];
    float b1 = ofOne[first + 1];
    float c1 = ofOne[first + 2];
    float a2 = ofTwo[first];
    float b2 = ofTwo[first + 1];
    float c2 = ofTwo[first + 2];
    for (int i = 0; i < end; i++) {
      float x = a[i];
      float y = b[i];
      float z = c[i];
      one[i] = one[i] + a1 * x + b1 * y + c1 * z;
      two[i] = two[i] + a2 * x + b2 * y + c2 * z;
    }
  }

  private float[] line(int index) {
    return lines[index % lines.length];
  }

  /**
   * Lays a line of the inputs out, by column of the window and channel, as the outputs of a line
   * meet it. Copies, and an array each, because the JIT compiler uses the processor's vector
   * instructions only where a loop's arrays are all read at the same index.
   */
  private void fill(float[] in, int y, int rows) {
    int channels = input.tail()[0];
    int columns = input.tail()[2];
    int stride = window.strideAcross();
    int points = output.tail()[2];
    int line = y * linesARow();
    for (int x = 0; x < window.width(); x++) {
      int left = x - window.padLeft();
      // Of the outputs those whose input in this column of the window is there
      int first = Math.min(points, Math.max(0, -Math.floorDiv(left, stride)));
      int end = Math.max(first, Math.min(points, Math.floorDiv(columns - 1 - left, stride) + 1));
      for (int channel = 0; channel < channels; channel++) {
        float[] to = line(line++);
        Arrays.fill(to, 0, first * rows, 0);
        int from = ((channel * input.tail()[1] + y) * columns + left) * rows;
        if (stride == 1) {
          System.arraycopy(in, from + first * rows, to, first * rows, (end - first) * rows);
        } else {
          for (int point = first; point < end; point++) {
            System.arraycopy(in, from + point * stride * rows, to, point * rows, rows);
          }
        }
        Arrays.fill(to, end * rows, points * rows, 0);
      }
    }
  }
}
