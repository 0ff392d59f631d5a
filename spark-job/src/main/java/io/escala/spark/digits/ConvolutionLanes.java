package io.escala.spark.digits;

import static io.escala.spark.digits.Lanes.COUNT;

import java.util.Arrays;

/**
 * Passes {@link Lanes#COUNT} images through one convolution, side by side. The images are the last
 * dimension of every array, and a row that comes in has its columns sorted by their remainder of
 * the stride: what a weight multiplies along a row then lies in one piece, whatever the stride, so
 * that the JIT makes vector instructions of the inner loops.
 */
final class ConvolutionLanes {
  private final ConvolutionLayer layer;
  private final int length;
  private final int columns;
  private final int row;
  private final int[] offsets;
  private final float[] in;
  private final float[] inSlope;
  private final float[] out;
  private final float[] outSlope;
  private final float[] products;

  ConvolutionLanes(ConvolutionLayer layer) {
    this.layer = layer;
    length = layer.outSide() * COUNT;
    columns = (layer.side() + layer.stride() - 1) / layer.stride();
    row = layer.stride() * columns * COUNT;
    offsets = new int[layer.taps()];
    int tap = 0;
    for (int c = 0; c < layer.channels(); c++) {
      for (int y = 0; y < layer.kernel(); y++) {
        for (int x = 0; x < layer.kernel(); x++) {
          offsets[tap++] = at(c, y, x);
        }
      }
    }
    in = new float[layer.channels() * layer.side() * row];
    inSlope = new float[in.length];
    out = new float[layer.filters() * layer.outSide() * length];
    outSlope = new float[out.length];
    products = new float[length];
  }

  /** What comes in, each value at {@link #at} and the lane. */
  float[] in() {
    return in;
  }

  /** What went out, by filter, row, column and lane. */
  float[] out() {
    return out;
  }

  /** The slopes of what went out, for {@link #backward}. */
  float[] outSlope() {
    return outSlope;
  }

  /** Where the lanes of a value that comes in start. */
  int at(int channel, int y, int x) {
    int column = x % layer.stride() * columns + x / layer.stride();
    return (channel * layer.side() + y) * row + column * COUNT;
  }

  void forward(float[] p) {
    for (int f = 0; f < layer.filters(); f++) {
      int w = layer.weights() + f * offsets.length;
      for (int y = 0; y < layer.outSide(); y++) {
        int to = (f * layer.outSide() + y) * length;
        int top = y * layer.stride() * row;
        Arrays.fill(out, to, to + length, p[layer.bias() + f]);
        int t = 0;
        for (; t + 4 <= offsets.length; t += 4) {
          addFour(
              out,
              to,
              in,
              top + offsets[t],
              top + offsets[t + 1],
              top + offsets[t + 2],
              top + offsets[t + 3],
              p[w + t],
              p[w + t + 1],
              p[w + t + 2],
              p[w + t + 3]);
        }
        for (; t < offsets.length; t++) {
          add(out, to, in, top + offsets[t], p[w + t]);
        }
      }
    }
  }

  /** The slopes of the parameters, from {@link #outSlope}. */
  void backward(float[] gradient) {
    int rows = layer.outSide();
    int step = layer.stride() * row;
    for (int f = 0; f < layer.filters(); f++) {
      int from = f * rows * length;
      float sum = 0;
      for (int i = from; i < from + rows * length; i++) {
        sum += outSlope[i];
      }
      gradient[layer.bias() + f] = sum;
      for (int t = 0; t < offsets.length; t++) {
        Arrays.fill(products, 0);
        int y = 0;
        for (; y + 4 <= rows; y += 4) {
          multiplyFour(from + y * length, offsets[t] + y * step, step);
        }
        for (; y < rows; y++) {
          multiply(from + y * length, offsets[t] + y * step);
        }
        gradient[layer.weights() + f * offsets.length + t] = sumOfProducts();
      }
    }
  }

  /** The slopes of what came in, given back to the layer before behind its ReLU. */
  void backward(float[] p, ConvolutionLanes before) {
    Arrays.fill(inSlope, 0);
    int plane = layer.outSide() * length;
    for (int y = 0; y < layer.outSide(); y++) {
      int top = y * layer.stride() * row;
      for (int t = 0; t < offsets.length; t++) {
        int to = top + offsets[t];
        int f = 0;
        int w = layer.weights() + t;
        for (; f + 4 <= layer.filters(); f += 4) {
          int from = f * plane + y * length;
          int first = w + f * offsets.length;
          addFour(
              inSlope,
              to,
              outSlope,
              from,
              from + plane,
              from + 2 * plane,
              from + 3 * plane,
              p[first],
              p[first + offsets.length],
              p[first + 2 * offsets.length],
              p[first + 3 * offsets.length]);
        }
        for (; f < layer.filters(); f++) {
          add(inSlope, to, outSlope, f * plane + y * length, p[w + f * offsets.length]);
        }
      }
    }
    int other = 0;
    for (int c = 0; c < layer.channels(); c++) {
      for (int y = 0; y < layer.side(); y++) {
        for (int x = 0; x < layer.side(); x++, other += COUNT) {
          int here = at(c, y, x);
          for (int lane = 0; lane < COUNT; lane++) {
            before.outSlope[other + lane] = in[here + lane] > 0 ? inSlope[here + lane] : 0;
          }
        }
      }
    }
  }

  /** Takes in what another layer gave, through ReLU. */
  void takeActive(ConvolutionLanes before) {
    int other = 0;
    for (int c = 0; c < layer.channels(); c++) {
      for (int y = 0; y < layer.side(); y++) {
        for (int x = 0; x < layer.side(); x++, other += COUNT) {
          int here = at(c, y, x);
          for (int lane = 0; lane < COUNT; lane++) {
            in[here + lane] = Math.max(before.out[other + lane], 0);
          }
        }
      }
    }
  }

  private void addFour(
      float[] to,
      int at,
      float[] from,
      int a,
      int b,
      int c,
      int d,
      float wa,
      float wb,
      float wc,
      float wd) {
    for (int i = 0; i < length; i++) {
      to[at + i] += (wa * from[a + i] + wb * from[b + i]) + (wc * from[c + i] + wd * from[d + i]);
    }
  }

  private void add(float[] to, int at, float[] from, int a, float wa) {
    for (int i = 0; i < length; i++) {
      to[at + i] += wa * from[a + i];
    }
  }

  private void multiplyFour(int a, int b, int step) {
    for (int i = 0; i < length; i++) {
      int slope = a + i;
      int value = b + i;
      products[i] +=
          (outSlope[slope] * in[value] + outSlope[slope + length] * in[value + step])
              + (outSlope[slope + 2 * length] * in[value + 2 * step]
                  + outSlope[slope + 3 * length] * in[value + 3 * step]);
    }
  }

  private void multiply(int a, int b) {
    for (int i = 0; i < length; i++) {
      products[i] += outSlope[a + i] * in[b + i];
    }
  }

  private float sumOfProducts() {
    for (int from = COUNT; from < length; from += COUNT) {
      for (int lane = 0; lane < COUNT; lane++) {
        products[lane] += products[from + lane];
      }
    }
    float sum = 0;
    for (int lane = 0; lane < COUNT; lane++) {
      sum += products[lane];
    }
    return sum;
  }
}
