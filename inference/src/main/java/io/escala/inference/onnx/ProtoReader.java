package io.escala.inference.onnx;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads one Protocol Buffers message, field by field, as far as ONNX needs it. */
final class ProtoReader {
  private static final int VARINT = 0;
  private static final int EIGHT_BYTES = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FOUR_BYTES = 5;

  private final byte[] bytes;
  private final int end;
  private int at;
  private int wireType;

  ProtoReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  private ProtoReader(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  /** Goes to the next field and gives its number; 0 at the end. */
  int next() {
    if (at == end) {
      return 0;
    }
    long tag = varint();
    wireType = (int) tag & 7;
    int field = (int) (tag >>> 3);
    if (field == 0) {
      throw malformed();
    }
    return field;
  }

  long number() {
    require(VARINT);
    return varint();
  }

  float single() {
    require(FOUR_BYTES);
    int start = forward(Float.BYTES);
    return Float.intBitsToFloat(
        (bytes[start] & 0xFF)
            | (bytes[start + 1] & 0xFF) << 8
            | (bytes[start + 2] & 0xFF) << 16
            | (bytes[start + 3] & 0xFF) << 24);
  }

  byte[] bytes() {
    require(LENGTH_DELIMITED);
    int length = length();
    int start = forward(length);
    return Arrays.copyOfRange(bytes, start, start + length);
  }

  String text() {
    require(LENGTH_DELIMITED);
    int length = length();
    return new String(bytes, forward(length), length, StandardCharsets.UTF_8);
  }

  ProtoReader message() {
    require(LENGTH_DELIMITED);
    int length = length();
    int start = forward(length);
    return new ProtoReader(bytes, start, start + length);
  }

  /** Adds what a repeated field of whole numbers has here: one of them, or a packed run. */
  void numbers(Longs into) {
    if (wireType == VARINT) {
      into.add(varint());
      return;
    }
    ProtoReader packed = message();
    while (packed.at < packed.end) {
      into.add(packed.varint());
    }
  }

  void skip() {
    switch (wireType) {
      case VARINT -> varint();
      case EIGHT_BYTES -> forward(Long.BYTES);
      case LENGTH_DELIMITED -> forward(length());
      case FOUR_BYTES -> forward(Integer.BYTES);
      default -> throw malformed();
    }
  }

  private void require(int expected) {
    if (wireType != expected) {
      throw malformed();
    }
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = bytes[forward(1)];
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw malformed();
  }

  private int length() {
    long length = varint();
    if (length < 0 || length > end - at) {
      throw malformed();
    }
    return (int) length;
  }

  private int forward(int count) {
    if (count > end - at) {
      throw malformed();
    }
    int start = at;
    at += count;
    return start;
  }

  /** ONNX Runtime says better what is wrong with it. */
  private static UnsupportedGraphException malformed() {
    return new UnsupportedGraphException("bytes that are no ONNX model");
  }

  /** A list of whole numbers. */
  static final class Longs {
    private long[] values = new long[8];
    private int size;

    void add(long value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] = value;
    }

    long[] toArray() {
      return Arrays.copyOf(values, size);
    }
  }
}
