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
    compiler.computeRowByRow();
    compiler.add(new MaxPool(input, output, window));
  }

  @Override
  public void run(Object[] memory, int rows) {
    float[] in = (float[]) memory[input.slot()];
    float[] out = (float[]) memory[output.slot()];
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

  private void point(float[] in, int corner, int line, int channels, float[] out, int to) {
    System.arraycopy(in, corner, out, to, channels);
    for (int y = 0; y < window.height(); y++) {
      for (int x = y == 0 ? 1 : 0; x < window.width(); x++) {
        int from = corner + y * line + x * channels;
        for (int channel = 0; channel < channels; channel++) {
          out[to + channel] = Math.max(out[to + channel], in[from + channel]);
        }
      }
    }
  }
}
