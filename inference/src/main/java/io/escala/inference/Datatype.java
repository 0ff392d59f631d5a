package io.escala.inference;

import io.escala.inference.json.Json;
import java.util.List;
import java.util.Map;

/** What a tensor holds, by the names of the Open Inference Protocol. */
public enum Datatype {
  /**
   * 32-bit floating point; a Java value is a {@link Double} that is rounded when the graph reads
   * it.
   */
  FP32("a number"),
  /** 64-bit floating point; a Java value is a {@link Double}. */
  FP64("a number"),
  /** 64-bit integer; a Java value is a {@link Long}. */
  INT64("a whole number"),
  /** 0 to 255; a Java value is a {@link Long}. */
  UINT8("a whole number from 0 to 255"),
  /** Text; a Java value is a {@link String}. */
  BYTES("a string");

  private static final double LONG_LIMIT = 0x1p63;

  private final String described;

  Datatype(String described) {
    this.described = described;
  }

  /** Such as "a whole number", for messages. */
  public String described() {
    return described;
  }

  /** Whether values are floating point, so that NaN can stand for a missing one. */
  public boolean isFloatingPoint() {
    return this == FP32 || this == FP64;
  }

  /** Whether values are numbers, so that they have an order and may be bounded. */
  public boolean isNumber() {
    return this != BYTES;
  }

  /**
   * The one form in which this datatype's values are kept: {@link Double}, {@link Long} or {@link
   * String}. Whole numbers are accepted for floating point, and 5.0 for the integer 5; a string is
   * never taken for a number nor a number for a string.
   *
   * @throws IllegalArgumentException if the value is of another type, says "must be ..., but is
   *     ..."
   */
  public Object canonical(Object value) {
    Object result =
        switch (this) {
          case FP32, FP64 -> floatingPoint(value);
          case INT64 -> whole(value);
          case UINT8 -> octet(whole(value));
          case BYTES -> value instanceof String ? value : null;
        };
    if (result == null) {
      throw new IllegalArgumentException("must be " + described + ", but is " + shown(value));
    }
    return result;
  }

  /** Whether a value is in that form already. */
  boolean isCanonical(Object value) {
    if (this == UINT8) {
      return value instanceof Long octet && octet >= 0 && octet <= 255;
    }
    if (this == BYTES) {
      return value instanceof String;
    }
    return this == INT64
        ? value instanceof Long
        : value instanceof Double number && floatingPoint(number) != null;
  }

  private Double floatingPoint(Object value) {
    if (!(value instanceof Number number)) {
      return null;
    }
    double d = number.doubleValue();
    boolean fits = this == FP32 ? Float.isFinite((float) d) : Double.isFinite(d);
    return fits ? (Double) d : null;
  }

  private static Long whole(Object value) {
    if (value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte) {
      return ((Number) value).longValue();
    }
    if (value instanceof Number number) {
      double d = number.doubleValue();
      return Math.rint(d) == d && d >= -LONG_LIMIT && d < LONG_LIMIT ? (Long) (long) d : null;
    }
    return null;
  }

  private static Long octet(Long whole) {
    return whole == null || whole < 0 || whole > 255 ? null : whole;
  }

  /** A value as a person would write it in JSON, shortened. */
  static String shown(Object value) {
    if (value instanceof String text) {
      return "the string \"" + Json.shown(text) + "\"";
    }
    if (value instanceof Map) {
      return "an object";
    }
    if (value instanceof List) {
      return "an array";
    }
    return String.valueOf(value);
  }
}
