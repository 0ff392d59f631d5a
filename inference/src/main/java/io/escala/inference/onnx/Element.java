package io.escala.inference.onnx;

/** What a tensor holds, with its number in {@code TensorProto.DataType}. */
public enum Element {
  FLOAT(1),
  UINT8(2),
  INT64(7),
  STRING(8),
  BOOL(9),
  DOUBLE(11);

  private final int code;

  Element(int code) {
    this.code = code;
  }

  static Element of(long code) {
    for (Element element : values()) {
      if (element.code == code) {
        return element;
      }
    }
    throw new UnsupportedGraphException("tensors of data type " + code);
  }

  boolean isFloatingPoint() {
    return this == FLOAT || this == DOUBLE;
  }

  /** Room for so many: {@code float[]}, {@code byte[]}, {@code long[]} and so on. */
  Object array(int size) {
    return switch (this) {
      case FLOAT -> new float[size];
      case UINT8 -> new byte[size];
      case INT64 -> new long[size];
      case STRING -> new String[size];
      case BOOL -> new boolean[size];
      case DOUBLE -> new double[size];
    };
  }
}
