package io.escala.inference.onnx;

import io.escala.inference.onnx.ProtoReader.Longs;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A constant. */
final class Tensor {
  private final Element element;
  private final int[] dimensions;
  private final Object values;

  /**
   * @param dimensions none for a single value
   * @param values an array as {@link Element#array} makes it, in row-major order
   */
  private Tensor(Element element, int[] dimensions, Object values) {
    this.element = element;
    this.dimensions = dimensions;
    this.values = values;
  }

  Element element() {
    return element;
  }

  int[] dimensions() {
    return dimensions;
  }

  Object values() {
    return values;
  }

  /** A {@code TensorProto} with its name. */
  record Named(String name, Tensor tensor) {}

  static Named read(ProtoReader from) {
    String name = "";
    Longs dimensions = new Longs();
    Element element = null;
    byte[] raw = null;
    for (int field = from.next(); field != 0; field = from.next()) {
      switch (field) {
        case 1 -> from.numbers(dimensions);
        case 2 -> element = Element.of(from.number());
        case 8 -> name = from.text();
        case 9 -> raw = from.bytes();
        case 12 -> from.skip(); // the documentation
        // Values may also stand in fields by their type, in segments or in other files
        default -> throw new UnsupportedGraphException("tensors that are not raw_data");
      }
    }
    int[] sizes = sizes(dimensions.toArray());
    if (element == null || raw == null) {
      throw new UnsupportedGraphException("tensors that are not raw_data");
    }
    return new Named(name, new Tensor(element, sizes, values(element, raw, count(sizes))));
  }

  private static Object values(Element element, byte[] raw, int count) {
    int width =
        switch (element) {
          case FLOAT -> Float.BYTES;
          case INT64, DOUBLE -> Long.BYTES;
          case UINT8 -> 1;
          case STRING, BOOL ->
              throw new UnsupportedGraphException("constants of data type " + element);
        };
    if (raw.length != (long) width * count) {
      throw new UnsupportedGraphException("a tensor whose size is not that of its shape");
    }
    ByteBuffer bytes = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
    Object values = element.array(count);
    switch (element) {
      case FLOAT -> bytes.asFloatBuffer().get((float[]) values);
      case DOUBLE -> bytes.asDoubleBuffer().get((double[]) values);
      case INT64 -> bytes.asLongBuffer().get((long[]) values);
      default -> bytes.get((byte[]) values);
    }
    return values;
  }

  private static int[] sizes(long[] dimensions) {
    int[] sizes = new int[dimensions.length];
    for (int i = 0; i < sizes.length; i++) {
      if (dimensions[i] < 0 || dimensions[i] > Integer.MAX_VALUE) {
        throw new UnsupportedGraphException("a dimension of " + dimensions[i]);
      }
      sizes[i] = (int) dimensions[i];
    }
    return sizes;
  }

  /** How many values. */
  int count() {
    return count(dimensions);
  }

  static int count(int[] sizes) {
    long count = 1;
    for (int size : sizes) {
      count = Math.min(Integer.MAX_VALUE, count * size);
    }
    return (int) count;
  }

  double[] doubles() {
    require(Element.DOUBLE);
    return (double[]) values;
  }

  float[] floats() {
    require(Element.FLOAT);
    return (float[]) values;
  }

  long[] longs() {
    require(Element.INT64);
    return (long[]) values;
  }

  byte[] octets() {
    require(Element.UINT8);
    return (byte[]) values;
  }

  private void require(Element wanted) {
    if (element != wanted) {
      throw new UnsupportedGraphException("a constant of " + element + " in this place");
    }
  }
}
