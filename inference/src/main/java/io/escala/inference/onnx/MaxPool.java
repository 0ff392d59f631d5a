package io.escala.inference.onnx;

/** The largest value of each window, channel by channel, without padding. */
final class MaxPool implements Step {
  private final Value input;
  private final Value output;
  private final Window window;

  private MaxPool(Value input, Value output, Window window) {
    this.input = input;
    this.output = output;
    this.window = window;
  }

  static void compile(Node node, Compiler compiler) {
    Value input = compiler.inAnyOrder(node, 0);
    long[] kernel = node.numbers("kernel_shape");
    if (input.tail().length != 3
        || input.element() != Element.FLOAT
        || kernel == null
        || kernel.length != 2
        || node.number("storage_order", 0) != 0) {
      throw node.unsupported("of such a shape or type");
    }
    if (!input.channelsLast() && Compiler.isSpread(input.tail())) {
      throw node.unsupported("of channels that do not come from a Conv");
    }
    Window window = Window.of(node, (int) kernel[0], (int) kernel[1]);
    int height = window.outputHeight(input.tail()[1]);
    int width = window.outputWidth(input.tail()[2]);
    if (window.isPadded() || height < 1 || width < 1) {
      throw node.unsupported("with padding, or larger than its input");
    }
    Value output = compiler.outputChannelsLast(node, Element.FLOAT, input.tail()[0], height, width);
    compiler.computeAloneOrMany();
    compiler.add(new MaxPool(input, output, window));
  }

  @Override
  public void run(Object[] memory, int rows) {
    float[] in = (float[]) memory[input.slot()];
    float[] out = (float[]) memory[output.slot()];
    if (rows > 1) {
      ofMany(in, out, rows);
      return;
    }
    int channels = input.tail()[0];
    int width = input.tail()[2];
    int outHeight = output.tail()[1];
    int outWidth = output.tail()[2];
    int to = 0;
    for (int y = 0; y < outHeight; y++) {
      for (int x = 0; x < outWidth; x++) {
        int corner = (y * window.strideDown() * width + x * window.strideAcross()) * channels;
        point(in, corner, width * channels, channels, out, to);
        to += channels;
      }
    }
  }

  /** Each channel is a plane of points, each point a run of rows. */
  private void ofMany(float[] in, float[] out, int rows) {
    int columns = input.tail()[2];
    int plane = input.tail()[1] * columns;
    int to = 0;
    for (int channel = 0; channel < output.tail()[0]; channel++) {
      for (int y = 0; y < output.tail()[1]; y++) {
        for (int x = 0; x < output.tail()[2]; x++) {
          int corner =
              channel * plane + y * window.strideDown() * columns + x * window.strideAcross();
          // A run of rows is to the others as a run of channels is where there is one row
          point(in, corner * rows, columns * rows, rows, out, to);
          to += rows;
        }
      }
    }
  }

  /**
   * One window.
   *
   * @param count how many values lie side by side at a point, each to be compared with its like
   */
  private void point(float[] in, int corner, int line, int count, float[] out, int to) {
    System.arraycopy(in, corner, out, to, count);
    for (int y = 0; y < window.height(); y++) {
      for (int x = y == 0 ? 1 : 0; x < window.width(); x++) {
        int from = corner + y * line + x * count;
        for (int i = 0; i < count; i++) {
          out[to + i] = Math.max(out[to + i], in[from + i]);
        }
      }
    }
  }
}
