package io.escala.inference;

/**
 * Forms of names, character by character: the first regular expressions of a process cost a cold
 * start on Lambda about 5 ms ({@code -Xlog:class+load}).
 */
final class Ascii {
  private Ascii() {}

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  static boolean isLetterOrDigit(char c) {
    return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  /** Whether these characters, one at least, are lower-case hex digits. */
  static boolean isHex(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (!isDigit(c) && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return from < to;
  }

  /** Whether these characters, one at least, are decimal digits. */
  static boolean isDecimal(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!isDigit(text.charAt(i))) {
        return false;
      }
    }
    return from < to;
  }
}
