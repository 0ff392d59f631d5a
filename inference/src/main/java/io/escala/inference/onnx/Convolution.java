package io.escala.inference.onnx;

import java.util.Arrays;

/**
 * A convolution of two dimensions. Of one row, each input that is not zero adds its share to all
 * outputs it reaches: four fifths of a digit's pixels are zero, and after a Relu half of all values
 * may be. In and out the channels of a point lie side by side, so that a share is one run of
 * values. Of many rows, see {@link BatchConvolution}: the same sums in the same order.
 */
final class Convolution implements Step, Slot {
  private final Value input;
  private final Value output;
  private final int filters;
  private final int kernelHeight;
  private final int kernelWidth;
  private final int strideDown;
  private final int strideAcross;
  private final int padTop;
  private final int padLeft;
  private final Window window;
  private final Tensor kernel;
  private final float[] bias;

  /** Where the room for several rows is in a program's memory. */
  private final int slot;

  /**
   * What an input column adds to a line of outputs, by input column, channel and kernel row. Each
   * array starts at the first output that the column reaches, and is read at the same index as the
   * line of outputs that it is added to.
   */
  private final float[][] weights;

  /** By input column and channel: the first output of its share, and the one after the last. */
  private final int[] firsts;

  private final int[] ends;

  /** A line of outputs before anything is added. */
  private final float[] empty;

  private Convolution(
      Value input, Value output, Window window, Tensor kernel, float[] bias, int slot) {
    this.input = input;
    this.output = output;
    this.filters = output.tail()[0];
    this.kernelHeight = window.height();
    this.kernelWidth = window.width();
    this.strideDown = window.strideDown();
    this.strideAcross = window.strideAcross();
    this.padTop = window.padTop();
    this.padLeft = window.padLeft();
    this.window = window;
    this.kernel = kernel;
    this.bias = bias;
    this.slot = slot;
    this.empty = new float[output.tail()[2] * filters];
    for (int point = 0; point < empty.length; point += filters) {
      System.arraycopy(bias, 0, empty, point, filters);
    }
    int columns = input.tail()[2];
    this.firsts = new int[columns * input.tail()[0]];
    this.ends = new int[firsts.length];
    this.weights = new float[columns * input.tail()[0] * kernelHeight][];
    float[][] runs = runs(kernel);
    for (int column = 0; column < columns; column++) {
      align(runs, column, input.tail()[0]);
    }
  }

  static void compile(Node node, Compiler compiler) {
    Value input = compiler.inAnyOrder(node, 0);
    Tensor kernel = compiler.constant(node, 1);
    int[] sizes = kernel.dimensions();
    if (input.tail().length != 3
        || sizes.length != 4
        || input.element() != Element.FLOAT
        || kernel.element() != Element.FLOAT
        || sizes[1] != input.tail()[0]
        || node.number("group", 1) != 1) {
      throw node.unsupported("of such shapes, types or groups");
    }
    if (!input.channelsLast() && Compiler.isSpread(input.tail())) {
      throw node.unsupported("of channels that do not come from another one");
    }
    Product.checkFinite(node, kernel);
    Window window = Window.of(node, sizes[2], sizes[3]);
    int filters = sizes[0];
    float[] bias = new float[filters];
    if (node.inputs() > 2) {
      float[] given = compiler.constant(node, 2).floats();
      if (given.length != filters) {
        throw node.unsupported("with a bias of another size");
      }
      for (int filter = 0; filter < filters; filter++) {
        // No -0: to add a zero to it, or to pass over that zero, would not be the same
        bias[filter] = given[filter] + 0f;
      }
    }
    int height = window.outputHeight(input.tail()[1]);
    int width = window.outputWidth(input.tail()[2]);
    if (height < 1 || width < 1) {
      throw node.unsupported("larger than its input");
    }
    Value output = compiler.outputChannelsLast(node, Element.FLOAT, filters, height, width);
    compiler.multiplies((long) height * width * kernel.count());
    compiler.computeAloneOrMany();
    Convolution convolution =
        new Convolution(input, output, window, kernel, bias, compiler.nextSlot());
    compiler.add(convolution, (long) kernel.count() / filters * width);
    compiler.add(convolution);
  }

  /**
   * The weights in the order in which the outputs of a line take them: those whose column in the
   * window leaves the same rest when it is divided by the stride, from the last column to the
   * first, each with all filters. By rest, channel and kernel row.
   */
  private float[][] runs(Tensor kernel) {
    float[] from = kernel.floats();
    int channels = kernel.dimensions()[1];
    int size = channels * kernelHeight * kernelWidth;
    float[][] runs = new float[strideAcross * channels * kernelHeight][];
    for (int rest = 0; rest < strideAcross; rest++) {
      int last = last(rest);
      for (int row = 0; row < channels * kernelHeight; row++) {
        float[] run = new float[last < 0 ? 0 : (last / strideAcross + 1) * filters];
        int at = 0;
        for (int x = last; x >= 0; x -= strideAcross) {
          for (int filter = 0, place = row * kernelWidth + x; filter < filters; filter++) {
            run[at++] = from[place];
            place += size;
          }
        }
        runs[rest * channels * kernelHeight + row] = run;
      }
    }
    return runs;
  }

  /** The last column of the window that leaves a rest; negative if there is none. */
  private int last(int rest) {
    return kernelWidth - 1 - Math.floorMod(kernelWidth - 1 - rest, strideAcross);
  }

  private void align(float[][] runs, int column, int channels) {
    int outWidth = output.tail()[2];
    // Of the outputs x, those whose window has the column: 0 <= column + padLeft - x * stride <
    // width
    int reach = column + padLeft;
    int first = Math.max(0, Math.floorDiv(reach - kernelWidth, strideAcross) + 1);
    int end = Math.max(first, Math.min(outWidth, reach / strideAcross + 1));
    Arrays.fill(firsts, column * channels, (column + 1) * channels, first * filters);
    Arrays.fill(ends, column * channels, (column + 1) * channels, end * filters);
    int rest = reach % strideAcross;
    int rows = channels * kernelHeight;
    int skipped = (last(rest) - (reach - first * strideAcross)) / strideAcross * filters;
    for (int row = 0; row < rows; row++) {
      float[] line = new float[end * filters];
      if (end > first) {
        System.arraycopy(
            runs[rest * rows + row], skipped, line, first * filters, (end - first) * filters);
      }
      weights[column * rows + row] = line;
    }
  }

  /** Nothing for one row: then not even the class is loaded. */
  @Override
  public Object room(int rows) {
    return rows == 1 ? null : new BatchConvolution(input, output, window, kernel, bias, rows);
  }

  @Override
  public void run(Object[] memory, int rows) {
    float[] in = (float[]) memory[input.slot()];
    float[] out = (float[]) memory[output.slot()];
    if (rows > 1) {
      ((BatchConvolution) memory[slot]).run(in, out, rows);
      return;
    }
    int height = input.tail()[1];
    int line = input.tail()[2] * input.tail()[0];
    // The lines of outputs that a line of the input reaches follow each other: each stays near
    // until the last line of its window has passed
    float[][] lines = new float[output.tail()[1]][];
    for (int y = 0; y < lines.length; y++) {
      lines[y] = empty.clone();
    }
    for (int y = 0; y < height; y++) {
      int last = (y + padTop) / strideDown;
      int down = (y + padTop) % strideDown;
      if (last >= lines.length) {
        down += (last - lines.length + 1) * strideDown;
        last = lines.length - 1;
      }
      if (down < kernelHeight) {
        addLine(in, y * line, line, down, last, lines);
      }
    }
    for (int y = 0; y < lines.length; y++) {
      System.arraycopy(lines[y], 0, out, y * empty.length, empty.length);
    }
  }

  /**
   * What a line of the input adds.
   *
   * @param down the first row of the kernel that has it in an output
   * @param last the line of that output; the next row of the kernel has it in the line before
   */
  private void addLine(float[] in, int start, int count, int down, int last, float[][] lines) {
    // Two values at a time, as each output is then read and written once for both
    int held = -1;
    for (int i = 0; i < count; i++) {
      float value = in[start + i];
      if (value != 0) {
        if (held < 0) {
          held = i;
        } else if (firsts[held] == firsts[i] && ends[held] == ends[i]) {
          addBoth(in[start + held], held, value, i, down, last, lines);
          held = -1;
        } else {
          add(in[start + held], held, down, last, lines);
          held = i;
        }
      }
    }
    if (held >= 0) {
      add(in[start + held], held, down, last, lines);
    }
  }

  /** What the value at a place of its line adds to all outputs that it reaches. */
  private void add(float value, int place, int down, int last, float[][] lines) {
    int first = firsts[place];
    int end = ends[place];
    int kernel = place * kernelHeight;
    for (int y = last, row = down; y >= 0 && row < kernelHeight; y--, row += strideDown) {
      Scaled.add(value, weights[kernel + row], lines[y], first, end);
    }
  }

  /** What two values add that reach the same outputs. */
  private void addBoth(
      float one, int place, float other, int placeOfOther, int down, int last, float[][] lines) {
    int first = firsts[place];
    int end = ends[place];
    int kernel = place * kernelHeight;
    int kernelOfOther = placeOfOther * kernelHeight;
    for (int y = last, row = down; y >= 0 && row < kernelHeight; y--, row += strideDown) {
      Scaled.addBoth(
          one, weights[kernel + row], other, weights[kernelOfOther + row], lines[y], first, end);
    }
  }
}
