package io.escala.inference.onnx;

/**
 * A convolution of two dimensions. Each input that is not zero adds its share to all outputs it
 * reaches: four fifths of a digit's pixels are zero, and after a Relu half of all values may be. In
 * and out the channels of a point lie side by side, so that a share is one run of values.
 */
final class Convolution implements Step {
  private final Value input;
  private final Value output;
  private final int filters;
  private final int kernelHeight;
  private final int kernelWidth;
  private final int strideDown;
  private final int strideAcross;
  private final int padTop;
  private final int padLeft;

  /**
   * What an input column adds to a line of outputs, by input column, channel and kernel row. Each
   * array starts at the first output that the column reaches, and is read at the same index as the
   * line of outputs that it is added to.
   */
  private final float[][] weights;

  /** The first output of a column's share, and the one after the last. */
  private final int[] firsts;

  private final int[] ends;

  private final float[] bias;

  private Convolution(
      Node node, Value input, Value output, Window window, Tensor kernel, float[] bias) {
    this.input = input;
    this.output = output;
    this.filters = output.tail()[0];
    this.kernelHeight = window.height();
    this.kernelWidth = window.width();
    this.strideDown = window.strideDown();
    this.strideAcross = window.strideAcross();
    this.padTop = window.padTop();
    this.padLeft = window.padLeft();
    this.bias = bias;
    int columns = input.tail()[2];
    this.firsts = new int[columns];
    this.ends = new int[columns];
    this.weights = new float[columns * input.tail()[0] * kernelHeight][];
    for (int column = 0; column < columns; column++) {
      align(kernel, column);
    }
    for (float weight : kernel.floats()) {
      if (!Float.isFinite(weight)) {
        throw node.unsupported("with weights that are not finite");
      }
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
    Window window = Window.of(node, sizes[2], sizes[3]);
    int filters = sizes[0];
    float[] bias = new float[filters];
    if (node.inputs() > 2) {
      bias = compiler.constant(node, 2).floats();
      if (bias.length != filters) {
        throw node.unsupported("with a bias of another size");
      }
    }
    int height = window.outputHeight(input.tail()[1]);
    int width = window.outputWidth(input.tail()[2]);
    if (height < 1 || width < 1) {
      throw node.unsupported("larger than its input");
    }
    Value output = compiler.outputChannelsLast(node, Element.FLOAT, filters, height, width);
    compiler.multiplies((long) height * width * kernel.count());
    compiler.computeRowByRow();
    compiler.add(new Convolution(node, input, output, window, kernel, bias));
  }

  private void align(Tensor kernel, int column) {
    float[] from = kernel.floats();
    int channels = kernel.dimensions()[1];
    int outWidth = output.tail()[2];
    // Of the outputs x, those whose window has the column: 0 <= column + padLeft - x * stride <
    // width
    int reach = column + padLeft;
    int first = Math.max(0, Math.floorDiv(reach - kernelWidth, strideAcross) + 1);
    int end = Math.max(first, Math.min(outWidth, reach / strideAcross + 1));
    firsts[column] = first * filters;
    ends[column] = end * filters;
    for (int channel = 0; channel < channels; channel++) {
      for (int y = 0; y < kernelHeight; y++) {
        float[] line = new float[end * filters];
        for (int x = first; x < end; x++) {
          int kernelX = reach - x * strideAcross;
          for (int filter = 0; filter < filters; filter++) {
            line[x * filters + filter] =
                from[((filter * channels + channel) * kernelHeight + y) * kernelWidth + kernelX];
          }
        }
        weights[(column * channels + channel) * kernelHeight + y] = line;
      }
    }
  }

  @Override
  public void run(Object[] memory, int rows) {
    float[] in = (float[]) memory[input.slot()];
    float[] out = (float[]) memory[output.slot()];
    int channels = input.tail()[0];
    int height = input.tail()[1];
    int width = input.tail()[2];
    int outHeight = output.tail()[1];
    int line = output.tail()[2] * filters;
    // The lines of outputs that a line of the input reaches follow each other: each stays near
    // until the last line of its window has passed
    float[][] lines = new float[outHeight][];
    for (int y = 0; y < outHeight; y++) {
      lines[y] = new float[line];
      for (int point = 0; point < line; point += filters) {
        System.arraycopy(bias, 0, lines[y], point, filters);
      }
    }
    int at = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int channel = 0; channel < channels; channel++) {
          float value = in[at++];
          if (value != 0) {
            add(value, (x * channels + channel) * kernelHeight, y, firsts[x], ends[x], lines);
          }
        }
      }
    }
    for (int y = 0; y < outHeight; y++) {
      System.arraycopy(lines[y], 0, out, y * line, line);
    }
  }

  /** What one value adds to all outputs that it reaches. */
  private void add(float value, int kernel, int y, int first, int end, float[][] lines) {
    int reach = y + padTop;
    for (int down = reach % strideDown; down < kernelHeight && down <= reach; down += strideDown) {
      int outY = (reach - down) / strideDown;
      if (outY < lines.length) {
        Scaled.add(value, weights[kernel + down], lines[outY], first, end);
      }
    }
  }
}
