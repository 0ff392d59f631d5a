package io.escala.inference.onnx;

import java.util.Arrays;

/**
 * The same sums as {@link Convolution}'s, for many rows at once and zeros included, with the room
 * that one thread needs for them. In and out each channel is a plane of points, each point a run of
 * rows. A line of outputs of one filter is a sum of lines of inputs, each times one weight: long
 * runs of values, four of them at a time.
 */
final class BatchConvolution {
  private final Value input;
  private final Value output;
  private final Window window;
  private final float[] bias;

  /** By filter, then by row and column of the window and by channel. */
  private final float[][] weights;

  /** What a line of outputs meets: by line of inputs, column of the window and channel. */
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
    this.lines = new float[linesARow() * input.tail()[1]][length];
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
    fill(in, rows);
    int height = output.tail()[1];
    int length = output.tail()[2] * rows;
    for (int y = 0; y < height; y++) {
      int top = y * window.strideDown() - window.padTop();
      int first = Math.max(0, -top) * linesARow();
      int end = Math.min(window.height(), input.tail()[1] - top) * linesARow();
      addLines(top * linesARow(), first, end, length);
      for (int filter = 0; filter < sums.length; filter++) {
        System.arraycopy(sums[filter], 0, out, (filter * height + y) * length, length);
      }
    }
  }

  /**
   * A line of outputs of every filter. The filters are the inner loop, so that four lines of inputs
   * stay near the processor until all have taken them.
   *
   * @param start the line that the window's first row, column and channel meet
   * @param first of the weights of a filter the first that meets an input that is there
   * @param end after the last one
   */
  private void addLines(int start, int first, int end, int length) {
    for (int filter = 0; filter < sums.length; filter++) {
      Arrays.fill(sums[filter], 0, length, bias[filter]);
    }
    int i = first;
    for (; i + 4 <= end; i += 4) {
      float[] a = lines[start + i];
      float[] b = lines[start + i + 1];
      float[] c = lines[start + i + 2];
      float[] d = lines[start + i + 3];
      for (int filter = 0; filter < sums.length; filter++) {
        float[] w = weights[filter];
        Scaled.addFour(w[i], a, w[i + 1], b, w[i + 2], c, w[i + 3], d, sums[filter], length);
      }
    }
    for (; i < end; i++) {
      for (int filter = 0; filter < sums.length; filter++) {
        Scaled.add(weights[filter][i], lines[start + i], sums[filter], 0, length);
      }
    }
  }

  /**
   * Lays the inputs out, by input line, column of the window and channel, as the outputs of a line
   * meet them. Copies, and an array each, because the JIT compiler uses the processor's vector
   * instructions only where a loop's arrays are all read at the same index.
   */
  private void fill(float[] in, int rows) {
    int channels = input.tail()[0];
    int height = input.tail()[1];
    int columns = input.tail()[2];
    int stride = window.strideAcross();
    int points = output.tail()[2];
    for (int y = 0, line = 0; y < height; y++) {
      for (int x = 0; x < window.width(); x++) {
        int left = x - window.padLeft();
        // Of the outputs those whose input in this column of the window is there
        int first = Math.min(points, Math.max(0, -Math.floorDiv(left, stride)));
        int end = Math.max(first, Math.min(points, Math.floorDiv(columns - 1 - left, stride) + 1));
        for (int channel = 0; channel < channels; channel++, line++) {
          float[] to = lines[line];
          Arrays.fill(to, 0, first * rows, 0);
          int from = ((channel * height + y) * columns + left) * rows;
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
}
