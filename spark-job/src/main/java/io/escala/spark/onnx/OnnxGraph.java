package io.escala.spark.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds an ONNX model (IR version 8, opset 17): name the inputs, chain nodes, name the outputs.
 * The field numbers are those of {@code onnx.proto}.
 */
final class OnnxGraph {
  static final int OPSET = 17;

  /** The version of {@code ai.onnx.ml} that most runtimes know. */
  static final int ML_OPSET = 3;

  /** The version of {@code ai.onnx.ml} whose trees compute in double precision throughout. */
  static final int ML_OPSET_OF_DOUBLE_TREES = 5;

  private static final int IR_VERSION = 8;
  private static final String ML_DOMAIN = "ai.onnx.ml";

  /** What a tensor holds, with its number in {@code TensorProto.DataType}. */
  enum Element {
    FLOAT(1),
    UINT8(2),
    INT64(7),
    STRING(8),
    DOUBLE(11);

    private final int code;

    Element(int code) {
      this.code = code;
    }
  }

  private final String name;
  private final int mlOpset;
  private final List<ProtoWriter> inputs = new ArrayList<>();
  private final List<ProtoWriter> outputs = new ArrayList<>();
  private final List<ProtoWriter> initializers = new ArrayList<>();
  private final List<ProtoWriter> nodes = new ArrayList<>();

  OnnxGraph(String name, int mlOpset) {
    this.name = name;
    this.mlOpset = mlOpset;
  }

  /** An input with a free number of rows and these dimensions after it. */
  String input(String tensor, Element element, long... dimensions) {
    inputs.add(valueInfo(tensor, element, dimensions));
    return tensor;
  }

  /** Says that this tensor, made by a node, is an output. */
  void output(String tensor, Element element, long... dimensions) {
    outputs.add(valueInfo(tensor, element, dimensions));
  }

  /** A constant tensor of doubles. */
  String constant(String tensor, double[] values, long... dimensions) {
    return initializer(tensor, tensor(tensor, Element.DOUBLE, raw(values), dimensions));
  }

  /** A constant tensor of floats. */
  String constant(String tensor, float[] values, long... dimensions) {
    byte[] raw = new byte[values.length * Float.BYTES];
    ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return initializer(tensor, tensor(tensor, Element.FLOAT, raw, dimensions));
  }

  /** A constant tensor of whole numbers. */
  String constant(String tensor, long[] values, long... dimensions) {
    byte[] raw = new byte[values.length * Long.BYTES];
    ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(values);
    return initializer(tensor, tensor(tensor, Element.INT64, raw, dimensions));
  }

  /** A node of the standard domain with one output, whose name it returns. */
  String node(String operator, String output, List<String> from, Attribute... attributes) {
    return node("", operator, output, from, attributes);
  }

  /** A node of {@code ai.onnx.ml} with one output, whose name it returns. */
  String mlNode(String operator, String output, List<String> from, Attribute... attributes) {
    return node(ML_DOMAIN, operator, output, from, attributes);
  }

  /** The model as the bytes of a {@code .onnx} file. */
  byte[] toBytes() {
    ProtoWriter graph = new ProtoWriter();
    nodes.forEach(n -> graph.message(1, n));
    graph.text(2, name);
    initializers.forEach(i -> graph.message(5, i));
    inputs.forEach(i -> graph.message(11, i));
    outputs.forEach(o -> graph.message(12, o));
    return new ProtoWriter()
        .number(1, IR_VERSION)
        .text(2, "escala")
        .message(7, graph)
        .message(8, new ProtoWriter().text(1, "").number(2, OPSET))
        .message(8, new ProtoWriter().text(1, ML_DOMAIN).number(2, mlOpset))
        .toBytes();
  }

  private String node(
      String domain, String operator, String output, List<String> from, Attribute... attributes) {
    ProtoWriter node = new ProtoWriter();
    from.forEach(f -> node.text(1, f));
    node.text(2, output).text(3, output).text(4, operator);
    for (Attribute attribute : attributes) {
      node.message(5, attribute.encoded);
    }
    if (!domain.isEmpty()) {
      node.text(7, domain);
    }
    nodes.add(node);
    return output;
  }

  private String initializer(String name, ProtoWriter tensor) {
    initializers.add(tensor);
    return name;
  }

  private static ProtoWriter tensor(String name, Element element, byte[] raw, long... dimensions) {
    ProtoWriter encoded = new ProtoWriter();
    for (long dimension : dimensions) {
      encoded.number(1, dimension);
    }
    return encoded.number(2, element.code).text(8, name).bytes(9, raw);
  }

  private static byte[] raw(double[] values) {
    byte[] raw = new byte[values.length * Double.BYTES];
    ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().put(values);
    return raw;
  }

  private static ProtoWriter valueInfo(String tensor, Element element, long... dimensions) {
    ProtoWriter shape =
        new ProtoWriter().message(1, new ProtoWriter().text(2, "rows")); // free, by this name
    for (long dimension : dimensions) {
      shape.message(1, new ProtoWriter().number(1, dimension));
    }
    ProtoWriter type =
        new ProtoWriter().message(1, new ProtoWriter().number(1, element.code).message(2, shape));
    return new ProtoWriter().text(1, tensor).message(2, type);
  }

  /** A named setting of a node. */
  static final class Attribute {
    private static final int INT = 2;
    private static final int TENSOR = 4;
    private static final int INTS = 7;
    private static final int STRINGS = 8;

    private final ProtoWriter encoded;

    private Attribute(String name, int type) {
      encoded = new ProtoWriter().text(1, name).number(20, type);
    }

    static Attribute of(String name, long value) {
      Attribute attribute = new Attribute(name, INT);
      attribute.encoded.number(3, value);
      return attribute;
    }

    static Attribute ofLongs(String name, List<Long> values) {
      Attribute attribute = new Attribute(name, INTS);
      values.forEach(v -> attribute.encoded.number(8, v));
      return attribute;
    }

    /** A tensor of one dimension. */
    static Attribute ofTensor(String name, double[] values) {
      Attribute attribute = new Attribute(name, TENSOR);
      attribute.encoded.message(5, tensor(name, Element.DOUBLE, raw(values), values.length));
      return attribute;
    }

    /** A tensor of one dimension. */
    static Attribute ofTensor(String name, byte[] values) {
      Attribute attribute = new Attribute(name, TENSOR);
      attribute.encoded.message(5, tensor(name, Element.UINT8, values, values.length));
      return attribute;
    }

    static Attribute ofTexts(String name, List<String> values) {
      Attribute attribute = new Attribute(name, STRINGS);
      values.forEach(v -> attribute.encoded.text(9, v));
      return attribute;
    }
  }
}
