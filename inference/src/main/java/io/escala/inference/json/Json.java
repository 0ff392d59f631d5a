package io.escala.inference.json;

import java.util.Map;

/**
 * Reads strict JSON (RFC 8259) from people who cannot be trusted: valid UTF-8 only, every key once,
 * nothing after the value, bounded nesting and number of objects and arrays, numbers that a double
 * can hold.
 *
 * <p>A value is a {@code Map<String, Object>} in the order of the text, a {@code List<Object>}, a
 * {@link String}, a {@link Boolean}, a {@link Long} (a number written without fraction and exponent
 * that fits), a finite {@link Double} (any other number), or {@code null}.
 *
 * <p>Nearly all is read by {@link PlainJson}. What that gives up on is read again by {@link
 * CarefulJson}, which can say what is wrong, and where.
 */
public final class Json {
  static final int MAX_DEPTH = 32;

  /** Objects and arrays in one text: each takes many times the memory of its two brackets. */
  static final int MAX_CONTAINERS = 100_000;

  private Json() {}

  /** The value that these bytes hold. */
  public static Object parse(byte[] utf8) throws JsonException {
    try {
      return PlainJson.parse(utf8, MAX_DEPTH);
    } catch (PlainJson.NotPlainException e) {
      return CarefulJson.parse(utf8);
    }
  }

  /**
   * The object that these bytes hold if it takes no second look to be sure of it, else null. For
   * those who have a reader of their own for what is wrong or odd.
   *
   * @param maxDepth how deeply arrays and objects may be nested
   */
  public static Map<?, ?> plainObject(byte[] utf8, int maxDepth) {
    try {
      return PlainJson.parse(utf8, maxDepth) instanceof Map<?, ?> object ? object : null;
    } catch (PlainJson.NotPlainException e) {
      return null;
    }
  }

  /** The value that this text holds. */
  public static Object parse(String text) throws JsonException {
    return CarefulJson.parse(text);
  }

  static Object number(String text) throws JsonException {
    if (text.length() <= 20 && isWhole(text) && !text.equals("-0")) {
      try {
        return Long.valueOf(text);
      } catch (NumberFormatException e) {
        return Double.valueOf(text); // beyond 64 bits
      }
    }
    double value = Double.parseDouble(text);
    if (Double.isInfinite(value)) {
      throw new JsonException(
          "the number " + shown(text) + " is larger than a 64-bit floating-point number can hold");
    }
    return value;
  }

  private static boolean isWhole(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '-' && (c < '0' || c > '9')) {
        return false;
      }
    }
    return true;
  }

  /** At most 60 characters of it, so that an error never echoes a megabyte. */
  public static String shown(String text) {
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }
}
