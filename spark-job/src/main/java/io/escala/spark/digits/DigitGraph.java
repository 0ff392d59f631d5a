package io.escala.spark.digits;

import static io.escala.spark.digits.DigitNet.BIAS_1;
import static io.escala.spark.digits.DigitNet.BIAS_2;
import static io.escala.spark.digits.DigitNet.BIAS_3;
import static io.escala.spark.digits.DigitNet.BIAS_4;
import static io.escala.spark.digits.DigitNet.CLASSES;
import static io.escala.spark.digits.DigitNet.FEATURES;
import static io.escala.spark.digits.DigitNet.FILTERS_1;
import static io.escala.spark.digits.DigitNet.FILTERS_2;
import static io.escala.spark.digits.DigitNet.HIDDEN;
import static io.escala.spark.digits.DigitNet.KERNEL;
import static io.escala.spark.digits.DigitNet.PARAMETERS;
import static io.escala.spark.digits.DigitNet.PIXELS;
import static io.escala.spark.digits.DigitNet.POOLED_2;
import static io.escala.spark.digits.DigitNet.SIDE;
import static io.escala.spark.digits.DigitNet.WEIGHTS_1;
import static io.escala.spark.digits.DigitNet.WEIGHTS_2;
import static io.escala.spark.digits.DigitNet.WEIGHTS_3;
import static io.escala.spark.digits.DigitNet.WEIGHTS_4;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * The fitted network as an ONNX graph (IR version 8, opset 17): {@code pixels} UINT8 [rows, 784], 0
 * (paper) to 255 (ink), in; {@code label} INT64 [rows] and {@code probabilities} FP32 [rows, 10]
 * out. The dense layers are written as convolutions, which ONNX Runtime computes image by image: a
 * picture gets the same answer to the last bit alone and in any batch.
 */
final class DigitGraph {
  static final int OPSET = 17;

  /** The name of the input. */
  static final String INPUT = "pixels";

  private static final int IR_VERSION = 8;
  private static final int FLOAT = 1;
  private static final int UINT8 = 2;
  private static final int INT64 = 7;

  private final OnnxMessage graph = new OnnxMessage();
  private final OnnxMessage constants = new OnnxMessage();

  private DigitGraph() {}

  /** The bytes of {@code model.onnx}; equal parameters give equal bytes. */
  static byte[] of(float[] parameters) {
    if (parameters.length != PARAMETERS) {
      throw new IllegalArgumentException("there are " + parameters.length + " parameters");
    }
    return new DigitGraph().build(parameters);
  }

  private byte[] build(float[] p) {
    floats("white", new float[] {255});
    constant("image", INT64, longs(-1, 1, SIDE, SIDE), 4);
    node("Cast", "numbers", List.of(INPUT), attribute("to", FLOAT));
    node("Div", "shades", List.of("numbers", "white"));
    node("Reshape", "images", List.of("shades", "image"));
    convolution(
        "1",
        "images",
        part(p, WEIGHTS_1, BIAS_1),
        part(p, BIAS_1, WEIGHTS_2),
        FILTERS_1,
        1,
        KERNEL);
    pooled("1");
    convolution(
        "2",
        "pooled1",
        part(p, WEIGHTS_2, BIAS_2),
        part(p, BIAS_2, WEIGHTS_3),
        FILTERS_2,
        FILTERS_1,
        KERNEL);
    pooled("2");
    convolution(
        "3",
        "pooled2",
        transposed(p, WEIGHTS_3, FEATURES, HIDDEN),
        part(p, BIAS_3, WEIGHTS_4),
        HIDDEN,
        FILTERS_2,
        POOLED_2);
    node("Relu", "active3", List.of("convolved3"));
    convolution(
        "4",
        "active3",
        transposed(p, WEIGHTS_4, HIDDEN, CLASSES),
        part(p, BIAS_4, PARAMETERS),
        CLASSES,
        HIDDEN,
        1);
    node("Flatten", "scores", List.of("convolved4"), attribute("axis", 1));
    node("Softmax", "probabilities", List.of("scores"), attribute("axis", 1));
    node(
        "ArgMax",
        "label",
        List.of("probabilities"),
        attribute("axis", 1),
        attribute("keepdims", 0));
    graph.text(2, "digits");
    graph.append(constants);
    graph.message(11, tensorInfo(INPUT, UINT8, PIXELS));
    graph.message(12, tensorInfo("label", INT64));
    graph.message(12, tensorInfo("probabilities", FLOAT, CLASSES));
    return new OnnxMessage()
        .number(1, IR_VERSION)
        .text(2, "escala")
        .message(7, graph)
        .message(8, new OnnxMessage().text(1, "").number(2, OPSET))
        .toBytes();
  }

  private void convolution(
      String layer, String from, float[] weights, float[] bias, int to, int channels, int side) {
    floats("weights" + layer, weights, to, channels, side, side);
    floats("bias" + layer, bias, to);
    node("Conv", "convolved" + layer, List.of(from, "weights" + layer, "bias" + layer));
  }

  private void pooled(String layer) {
    node("Relu", "active" + layer, List.of("convolved" + layer));
    node(
        "MaxPool",
        "pooled" + layer,
        List.of("active" + layer),
        attributes("kernel_shape", 2, 2),
        attributes("strides", 2, 2));
  }

  private static float[] part(float[] p, int from, int until) {
    return Arrays.copyOfRange(p, from, until);
  }

  private static float[] transposed(float[] p, int from, int rows, int columns) {
    float[] result = new float[rows * columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        result[c * rows + r] = p[from + r * columns + c];
      }
    }
    return result;
  }

  private void floats(String name, float[] values, long... dimensions) {
    byte[] raw = new byte[values.length * Float.BYTES];
    ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    constant(name, FLOAT, raw, dimensions);
  }

  private static byte[] longs(long... values) {
    byte[] raw = new byte[values.length * Long.BYTES];
    ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(values);
    return raw;
  }

  private void constant(String name, int type, byte[] raw, long... dimensions) {
    OnnxMessage tensor = new OnnxMessage();
    for (long dimension : dimensions) {
      tensor.number(1, dimension);
    }
    constants.message(5, tensor.number(2, type).text(8, name).bytes(9, raw));
  }

  private void node(String operator, String to, List<String> from, OnnxMessage... attributes) {
    OnnxMessage node = new OnnxMessage();
    from.forEach(f -> node.text(1, f));
    node.text(2, to).text(3, to).text(4, operator);
    for (OnnxMessage attribute : attributes) {
      node.message(5, attribute);
    }
    graph.message(1, node);
  }

  private static OnnxMessage attribute(String name, long value) {
    return new OnnxMessage().text(1, name).number(3, value).number(20, 2);
  }

  private static OnnxMessage attributes(String name, long... values) {
    OnnxMessage attribute = new OnnxMessage().text(1, name);
    for (long value : values) {
      attribute.number(8, value);
    }
    return attribute.number(20, 7);
  }

  private static OnnxMessage tensorInfo(String name, int type, long... dimensions) {
    OnnxMessage shape = new OnnxMessage().message(1, new OnnxMessage().text(2, "rows"));
    for (long dimension : dimensions) {
      shape.message(1, new OnnxMessage().number(1, dimension));
    }
    OnnxMessage tensor = new OnnxMessage().number(1, type).message(2, shape);
    return new OnnxMessage().text(1, name).message(2, new OnnxMessage().message(1, tensor));
  }
}
