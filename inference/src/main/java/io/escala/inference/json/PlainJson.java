package io.escala.inference.json;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON in one pass over its bytes, and gives up on whatever is not plain: what is wrong, odd
 * or nested too deeply is left to the reader that can say so. A cold JVM interprets this code, and
 * so a byte must cost it few steps.
 */
final class PlainJson {
  /** Thrown to give up. Nobody reads it. */
  static final class NotPlainException extends Exception {
    private static final long serialVersionUID = 1L;

    private NotPlainException() {
      super(null, null, false, false);
    }
  }

  /** Whole numbers of so many digits fit into 64 bits, whatever the digits. */
  private static final int SAFE_DIGITS = 18;

  /** A whole number of so many digits is exact as a double, and so are the powers of ten below. */
  private static final int EXACT_DIGITS = 15;

  private static final double[] TENS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
  };

  /** Of numbers with more before the point the other reader refuses some. */
  private static final int MOST_DIGITS = 19;

  /** Beyond that the other reader does not take it for a number. */
  private static final int LONGEST_NUMBER = 1000;

  /** So many keys of an object are remembered for the next one. */
  private static final int MOST_KEYS = 32;

  /** Room for numbers that an array begins with; one of as many as before needs no more. */
  private static final int FEWEST_NUMBERS = 16;

  private static final int MOST_NUMBERS = 4096;

  private static final int COMMA = ',' - '0';

  /** "0,0,0,0," */
  private static final long FOUR_ZEROS = 0x2C302C302C302C30L;

  private static final long QUOTES = 0x2222222222222222L;
  private static final long LOW_BITS = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  /**
   * From so many values of an array on its texts are often the same few. A bundle's manifest, which
   * a cold start reads, has fewer.
   */
  private static final int MANY = 16;

  /** Two to the power of this many texts are remembered at most. */
  private static final int TEXTS_BITS = 7;

  /** Eight bytes. */
  private static final long NOT_SHORT = -1;

  /** Odd, with no pattern in its bits. */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private final byte[] json;

  /** The same bytes, eight at a time, the first of them the lowest. */
  private final ByteBuffer words;

  /** The last place where there are eight. */
  private final int lastWord;

  private final int maxDepth;
  private int at;
  private int containers;
  private long whole;
  private double decimal;
  private final String[] keys = new String[MOST_KEYS];
  private final int[] keyStarts = new int[MOST_KEYS];
  private int keysBefore = 4;
  private int numbersBefore = FEWEST_NUMBERS;
  private String[] texts;
  private int[] textStarts;

  /** The bytes of those that are shorter than eight. */
  private long[] shortTexts;

  PlainJson(byte[] json, int maxDepth) {
    this.json = json;
    this.words = ByteBuffer.wrap(json).order(ByteOrder.LITTLE_ENDIAN);
    this.lastWord = json.length - Long.BYTES;
    this.maxDepth = maxDepth;
  }

  /**
   * The value that these bytes hold, of the types that {@link Json} names.
   *
   * @param maxDepth how deeply arrays and objects may be nested
   * @throws NotPlainException if it cannot tell
   */
  static Object parse(byte[] utf8, int maxDepth) throws NotPlainException {
    PlainJson reader = new PlainJson(utf8, maxDepth);
    try {
      Object value = reader.value(reader.token(), 0);
      reader.end();
      return value;
    } catch (ArrayIndexOutOfBoundsException e) {
      throw new NotPlainException(); // it ends too early
    }
  }

  /** Nothing but space follows. */
  void end() throws NotPlainException {
    while (at < json.length) {
      check(isSpace(json[at++]));
    }
  }

  long whole() {
    return whole;
  }

  double decimal() {
    return decimal;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  /** The next byte that is not space. */
  byte token() {
    byte b = json[at++];
    while (isSpace(b)) {
      b = json[at++];
    }
    return b;
  }

  private Object value(byte first, int depth) throws NotPlainException {
    return switch (first) {
      case '{' -> object(depth + 1);
      case '[' -> array(depth + 1);
      case '"' -> string();
      case 't' -> {
        word("true");
        yield true;
      }
      case 'f' -> {
        word("false");
        yield false;
      }
      case 'n' -> {
        word("null");
        yield null;
      }
      default -> number(first);
    };
  }

  private Map<String, Object> object(int depth) throws NotPlainException {
    check(depth <= maxDepth && ++containers <= Json.MAX_CONTAINERS);
    // Rows have as many fields as the row before them; room for them spares making it larger
    Map<String, Object> object = new LinkedHashMap<>(2 * keysBefore);
    byte b = token();
    if (b == '}') {
      return object;
    }
    while (true) {
      check(b == '"');
      String key = key(object.size());
      check(token() == ':');
      Object value = value(token(), depth);
      int before = object.size();
      object.put(key, value);
      check(object.size() > before);
      b = token();
      if (b == '}') {
        keysBefore = Math.min(object.size(), MOST_KEYS);
        return object;
      }
      check(b == ',');
      b = token();
    }
  }

  /**
   * A key. Where it is the key that stood at the same place of an object before, it is that one: an
   * object less for each field of each row, and its hash is known.
   */
  private String key(int index) throws NotPlainException {
    if (index < MOST_KEYS && keys[index] != null) {
      String before = keys[index];
      int start = keyStarts[index];
      int end = at + before.length();
      if (end < json.length && json[end] == '"' && isSame(at, end, start)) {
        at = end + 1;
        return before;
      }
    }
    int start = at;
    String key = string();
    if (index < MOST_KEYS && at - 1 - start == key.length()) { // no escape, ASCII
      keys[index] = key;
      keyStarts[index] = start;
    }
    return key;
  }

  private List<Object> array(int depth) throws NotPlainException {
    check(depth <= maxDepth && ++containers <= Json.MAX_CONTAINERS);
    byte b = token();
    if (b == ']') {
      return new ArrayList<>();
    }
    if (b == '-' || isDigit(b)) {
      return numbers(depth);
    }
    return with(new ArrayList<>(), b, depth);
  }

  /** An array whose first value is a number, of which one byte is read. */
  private List<Object> numbers(int depth) throws NotPlainException {
    WholeNumbers numbers = new WholeNumbers(numbersBefore);
    shortNumbers(numbers);
    byte b = token();
    while (wholeNumber(b)) {
      numbers.append(whole);
      b = token();
      if (b == ']') {
        keepInMind(numbers.size());
        return numbers;
      }
      check(b == ',');
      b = token();
    }
    return numbers.isEmpty() ? decimals(b, depth) : with(new ArrayList<>(numbers), b, depth);
  }

  private List<Object> decimals(byte first, int depth) throws NotPlainException {
    Decimals numbers = new Decimals(numbersBefore);
    byte b = first;
    while (true) {
      if (b == 'n') {
        word("null");
        numbers.appendNull();
      } else if ((b == '-' || isDigit(b)) && isDecimal(b)) {
        numbers.append(decimal);
      } else {
        break;
      }
      b = token();
      if (b == ']') {
        keepInMind(numbers.size());
        return numbers;
      }
      check(b == ',');
      b = token();
    }
    List<Object> array = new ArrayList<>(numbers);
    if (b == '-' || isDigit(b)) { // read above
      array.add(whole);
      return rest(array, depth);
    }
    return with(array, b, depth);
  }

  private void keepInMind(int numbers) {
    numbersBefore = Math.max(FEWEST_NUMBERS, Math.min(numbers, MOST_NUMBERS));
  }

  private List<Object> with(List<Object> array, byte first, int depth) throws NotPlainException {
    array.add(value(first, depth));
    return rest(array, depth);
  }

  private List<Object> rest(List<Object> array, int depth) throws NotPlainException {
    byte b = token();
    while (b == ',') {
      b = token();
      boolean mayRecur = b == '"' && array.size() >= MANY;
      array.add(mayRecur ? recurringText() : value(b, depth));
      b = token();
    }
    check(b == ']');
    return array;
  }

  /**
   * Takes numbers of up to three digits with a comma and nothing else after each, as a picture's
   * pixels are written, and stops before the first value that is different. Most pixels are zero.
   */
  private void shortNumbers(WholeNumbers numbers) {
    byte[] text = json;
    int i = at - 1;
    while (true) {
      int zeros = i;
      while (i <= lastWord && words.getLong(i) == FOUR_ZEROS) {
        i += Long.BYTES;
      }
      while (text[i] == '0' && text[i + 1] == ',') {
        i += 2;
      }
      numbers.appendZeros((i - zeros) / 2);
      int first = text[i] - '0';
      if (first < 1 || first > 9) {
        break;
      }
      int second = text[i + 1] - '0';
      if (second == COMMA) {
        numbers.append(first);
        i += 2;
        continue;
      }
      int third = text[i + 2] - '0';
      if (second < 0 || second > 9) {
        break;
      }
      if (third == COMMA) {
        numbers.append(first * 10 + second);
        i += 3;
        continue;
      }
      int number = first * 100 + second * 10 + third;
      if (third < 0 || third > 9 || text[i + 3] != ',' || number > 255) {
        break;
      }
      numbers.append(number);
      i += 4;
    }
    at = i;
  }

  /** Reads a short whole number into {@link #whole}, or nothing. */
  private boolean wholeNumber(byte first) {
    int start = at;
    int digits = first == '-' ? at : at - 1;
    long number = 0;
    int i = digits;
    byte b = json[i];
    while (b >= '0' && b <= '9') {
      number = number * 10 + (b - '0');
      b = json[++i];
    }
    int count = i - digits;
    boolean isWhole =
        count > 0
            && count <= SAFE_DIGITS
            && (count == 1 || json[digits] != '0')
            && (number != 0 || first != '-')
            && b != '.'
            && (b | 0x20) != 'e';
    at = isWhole ? i : start;
    whole = first == '-' ? -number : number;
    return isWhole;
  }

  void word(String word) throws NotPlainException {
    for (int i = 1; i < word.length(); i++) {
      check(json[at++] == word.charAt(i));
    }
  }

  /** What stands between the quotes; the first is read. */
  String string() throws NotPlainException {
    byte[] text = json;
    int start = at;
    int end = start;
    int seen = 0;
    for (byte b = text[end]; b != '"'; b = text[++end]) {
      if (b < ' ' && b >= 0) {
        throw new NotPlainException();
      }
      if (b == '\\') {
        return escaped(start);
      }
      seen |= b;
    }
    at = end + 1;
    return text(start, end, seen < 0);
  }

  /**
   * A text as {@link #string} reads it. One that was read before is mostly that one: an object
   * less, and its hash is known.
   */
  String recurringText() throws NotPlainException {
    int start = at;
    int end = start;
    long hash = 0;
    long word;
    long quotes;
    while (true) {
      if (end > lastWord) {
        return string();
      }
      word = words.getLong(end);
      // Of each byte that is a quote the highest bit, and perhaps of some after the first of them
      long different = word ^ QUOTES;
      quotes = (different - LOW_BITS) & ~different & HIGH_BITS;
      if (quotes != 0) {
        break;
      }
      hash = (hash ^ word) * SPREAD;
      end += Long.BYTES;
    }
    int bits = Long.numberOfTrailingZeros(quotes) & -Byte.SIZE;
    word &= (1L << bits) - 1;
    boolean isShort = end == start;
    end += bits / Byte.SIZE;
    int place = (int) (((hash ^ word) * SPREAD) >>> (Long.SIZE - TEXTS_BITS));
    if (texts == null) {
      texts = new String[1 << TEXTS_BITS];
      textStarts = new int[1 << TEXTS_BITS];
      shortTexts = new long[1 << TEXTS_BITS];
    }
    String before = texts[place];
    if (before != null
        && (isShort
            ? shortTexts[place] == word
            : before.length() == end - start && repeats(textStarts[place], end - start))) {
      at = end + 1;
      return before;
    }
    String text = string();
    if (text.length() == at - 1 - start) { // no escape, ASCII
      texts[place] = text;
      textStarts[place] = start;
      shortTexts[place] = isShort ? word : NOT_SHORT;
    }
    return text;
  }

  /** For the few bytes of a key in code that is not compiled yet: it looks at one after another. */
  private boolean isSame(int from, int to, int other) {
    for (int i = from, j = other; i < to; i++, j++) {
      if (json[i] != json[j]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether so many bytes that follow are what stood at an earlier place. Never so close to the
   * end.
   */
  private boolean repeats(int earlier, int length) {
    int i = 0;
    if (at + length > lastWord) {
      return false;
    }
    for (; i + Long.BYTES <= length; i += Long.BYTES) {
      if (words.getLong(at + i) != words.getLong(earlier + i)) {
        return false;
      }
    }
    int beyond = (Long.BYTES - length + i) * Byte.SIZE;
    return beyond == Long.SIZE
        || (words.getLong(at + i) ^ words.getLong(earlier + i)) << beyond == 0;
  }

  /** Passes over so many bytes, if they are what stood at an earlier place. */
  boolean skips(int earlier, int length) {
    boolean repeats = repeats(earlier, length);
    at += repeats ? length : 0;
    return repeats;
  }

  /** Passes over space. */
  void skipSpace() {
    while (isSpace(json[at])) {
      at++;
    }
  }

  /** Where the next byte is. */
  int at() {
    return at;
  }

  private String escaped(int start) throws NotPlainException {
    StringBuilder text = new StringBuilder();
    at = start;
    int from = start;
    int seen = 0;
    while (true) {
      byte b = json[at];
      if (b == '"') {
        return text.append(text(from, at++, seen < 0)).toString();
      }
      check(b >= ' ' || b < 0);
      seen |= b;
      if (b == '\\') {
        text.append(text(from, at, seen < 0));
        at++;
        text.append(escape());
        from = at;
        seen = 0;
      } else {
        at++;
      }
    }
  }

  private char escape() throws NotPlainException {
    byte b = json[at++];
    return switch (b) {
      case '"', '\\', '/' -> (char) b;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw new NotPlainException();
    };
  }

  private char unicode() throws NotPlainException {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(json[at++], 16);
      check(digit >= 0);
      code = code << 4 | digit;
    }
    return (char) code;
  }

  private String text(int from, int to, boolean beyondAscii) throws NotPlainException {
    if (!beyondAscii) {
      return new String(json, from, to - from, StandardCharsets.ISO_8859_1);
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(json, from, to - from))
          .toString();
    } catch (CharacterCodingException e) {
      throw new NotPlainException();
    }
  }

  private Object number(byte first) throws NotPlainException {
    return isDecimal(first) ? (Object) decimal : (Object) whole;
  }

  /** Reads a number into {@link #decimal}, or, false, into {@link #whole}. */
  boolean isDecimal(byte first) throws NotPlainException {
    byte[] text = json;
    int start = at - 1;
    int digits = first == '-' ? at : start;
    long number = 0;
    int i = digits;
    for (; i < text.length && isDigit(text[i]); i++) {
      number = number * 10 + (text[i] - '0');
    }
    int count = i - digits;
    check(count > 0 && count <= MOST_DIGITS && (count == 1 || text[digits] != '0'));
    byte next = i < text.length ? text[i] : 0;
    if (next == '.') {
      int point = ++i;
      for (; i < text.length && isDigit(text[i]); i++) {
        number = number * 10 + (text[i] - '0');
      }
      int fraction = i - point;
      check(fraction > 0);
      next = i < text.length ? text[i] : 0;
      if (count + fraction <= EXACT_DIGITS && (next | 0x20) != 'e') {
        at = i;
        // One exact number by another is rounded once, so this is what the library would say
        double value = number / TENS[fraction];
        decimal = first == '-' ? -value : value;
        return true;
      }
    } else if ((next | 0x20) != 'e' && count <= SAFE_DIGITS && (number != 0 || first != '-')) {
      at = i;
      whole = first == '-' ? -number : number;
      return false;
    }
    if ((next | 0x20) == 'e') {
      i++;
      i += text[i] == '+' || text[i] == '-' ? 1 : 0;
      int exponent = i;
      while (i < text.length && isDigit(text[i])) {
        i++;
      }
      check(i > exponent);
    }
    at = i;
    check(at - start <= LONGEST_NUMBER);
    try {
      Object said = Json.number(new String(json, start, at - start, StandardCharsets.ISO_8859_1));
      if (said instanceof Double number64) {
        decimal = number64;
        return true;
      }
      whole = (Long) said;
      return false;
    } catch (JsonException e) {
      throw new NotPlainException();
    }
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  static void check(boolean plain) throws NotPlainException {
    if (!plain) {
      throw new NotPlainException();
    }
  }
}
