package io.escala.inference.onnx;

/** What a convolution or a pooling sees at a time, and how it moves. */
record Window(
    int height,
    int width,
    int strideDown,
    int strideAcross,
    int padTop,
    int padLeft,
    int padBottom,
    int padRight) {

  static Window of(Node node, int height, int width) {
    long[] kernel = numbers(node, "kernel_shape", height, width);
    long[] strides = numbers(node, "strides", 1, 1);
    long[] pads = numbers(node, "pads", 0, 0, 0, 0);
    long[] dilations = numbers(node, "dilations", 1, 1);
    boolean isKnown =
        dilations[0] == 1
            && dilations[1] == 1
            && node.text("auto_pad", "NOTSET").equals("NOTSET")
            && node.number("ceil_mode", 0) == 0
            && strides[0] > 0
            && strides[1] > 0;
    for (long pad : pads) {
      isKnown &= pad >= 0 && pad < 1 << 16;
    }
    if (!isKnown || kernel[0] < 1 || kernel[1] < 1) {
      throw node.unsupported("with dilations, auto_pad or ceil_mode");
    }
    return new Window(
        (int) kernel[0],
        (int) kernel[1],
        (int) strides[0],
        (int) strides[1],
        (int) pads[0],
        (int) pads[1],
        (int) pads[2],
        (int) pads[3]);
  }

  private static long[] numbers(Node node, String name, long... otherwise) {
    long[] numbers = node.numbers(name);
    if (numbers != null && numbers.length != otherwise.length) {
      throw node.unsupported("with " + numbers.length + " " + name);
    }
    return numbers == null ? otherwise : numbers;
  }

  int outputHeight(int inputHeight) {
    return (inputHeight + padTop + padBottom - height) / strideDown + 1;
  }

  int outputWidth(int inputWidth) {
    return (inputWidth + padLeft + padRight - width) / strideAcross + 1;
  }

  boolean isPadded() {
    return padTop + padLeft + padBottom + padRight > 0;
  }
}
