package io.escala.inference.json;

/**
 * Writes compact JSON. Whoever writes keeps to the grammar: a name before each value of an object.
 * Gson's writer, which checks that, costs a cold start on Lambda 4 ms.
 */
public final class JsonText {
  private static final String HEX = "0123456789abcdef";

  private final StringBuilder text = new StringBuilder(768);

  /** Whether something stands before the next name or value that a comma must part it from. */
  private boolean comma;

  /** Starts an object. */
  public JsonText beginObject() {
    return begin('{');
  }

  /** Ends an object. */
  public JsonText endObject() {
    return end('}');
  }

  /** Starts an array. */
  public JsonText beginArray() {
    return begin('[');
  }

  /** Ends an array. */
  public JsonText endArray() {
    return end(']');
  }

  /** The name of the value that follows. */
  public JsonText name(String name) {
    next();
    quote(name);
    text.append(':');
    comma = false;
    return this;
  }

  /** A string, or null. */
  public JsonText value(String value) {
    next();
    if (value == null) {
      text.append("null");
    } else {
      quote(value);
    }
    return this;
  }

  /** True or false. */
  public JsonText value(boolean value) {
    next();
    text.append(value);
    return this;
  }

  /** A whole number. */
  public JsonText value(long value) {
    next();
    text.append(value);
    return this;
  }

  /**
   * A number in as few digits as tell it from its neighbours.
   *
   * @throws IllegalArgumentException if it is not finite
   */
  public JsonText value(double value) {
    return finite(Double.isFinite(value), Double.toString(value));
  }

  /**
   * A number in as few digits as tell it from its neighbours among 32-bit numbers.
   *
   * @throws IllegalArgumentException if it is not finite
   */
  public JsonText value(float value) {
    return finite(Float.isFinite(value), Float.toString(value));
  }

  /** What was written. */
  @Override
  public String toString() {
    return text.toString();
  }

  private JsonText finite(boolean isFinite, String number) {
    if (!isFinite) {
      throw new IllegalArgumentException(number + " is no number of JSON");
    }
    next();
    text.append(number);
    return this;
  }

  private JsonText begin(char bracket) {
    next();
    text.append(bracket);
    comma = false;
    return this;
  }

  private JsonText end(char bracket) {
    text.append(bracket);
    comma = true;
    return this;
  }

  private void next() {
    if (comma) {
      text.append(',');
    }
    comma = true;
  }

  private void quote(String value) {
    text.append('"');
    int from = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      // U+2028 and U+2029 end a line in JavaScript
      if (c < ' ' || c == '"' || c == '\\' || (c | 1) == '\u2029') {
        text.append(value, from, i);
        escape(c);
        from = i + 1;
      }
    }
    if (from == 0) {
      text.append(value); // as it is, which is faster than a part of it
    } else {
      text.append(value, from, value.length());
    }
    text.append('"');
  }

  private void escape(char c) {
    switch (c) {
      case '"', '\\' -> text.append('\\').append(c);
      case '\t' -> text.append("\\t");
      case '\b' -> text.append("\\b");
      case '\n' -> text.append("\\n");
      case '\r' -> text.append("\\r");
      case '\f' -> text.append("\\f");
      default -> {
        text.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
          text.append(HEX.charAt(c >> shift & 15));
        }
      }
    }
  }
}
