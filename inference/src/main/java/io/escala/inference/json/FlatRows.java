package io.escala.inference.json;

import io.escala.inference.json.PlainJson.NotPlainException;

/**
 * Reads {@code {"rows": [{"field": value, ...}, ...]}}, whose values are numbers, texts and nulls,
 * straight into what takes them: without an object for a row, a field or a number. That is half the
 * time of a request with many rows. It gives up on anything else, and on what is wrong; {@link
 * Json#parse} reads that.
 */
public final class FlatRows {
  /** So many fields of a row are looked up once and not for each row. */
  private static final int REMEMBERED = 32;

  private static final int END_OF_ROW = -1;

  /** What takes the values, in the order of the text. */
  public interface Sink {
    /**
     * What {@code field} is called in the other calls.
     *
     * @return negative to give up
     */
    int field(String name);

    /** A number without fraction and exponent. */
    void number(int field, long value);

    /** Any other number. */
    void number(int field, double value);

    /** A text. */
    void text(int field, String value);

    /** A null. */
    void missing(int field);

    /**
     * All fields of a row were told.
     *
     * @return false to give up
     */
    boolean endRow();
  }

  private final PlainJson in;
  private final Sink sink;

  /** What stood before the first, second, ... value of a row before, from the value before it. */
  private final int[] starts = new int[REMEMBERED];

  private final int[] lengths = new int[REMEMBERED];

  /** What the sink calls the field that is named there. */
  private final int[] fields = new int[REMEMBERED];

  private int remembered;

  private FlatRows(PlainJson in, Sink sink) {
    this.in = in;
    this.sink = sink;
  }

  /**
   * Reads a text.
   *
   * @param member the one member of the object
   * @return false if it gave up; the sink may have been told some of the rows
   */
  public static boolean read(byte[] utf8, String member, Sink sink) {
    try {
      new FlatRows(new PlainJson(utf8, Json.MAX_DEPTH), sink).read(member);
      return true;
    } catch (NotPlainException e) {
      return false;
    } catch (ArrayIndexOutOfBoundsException e) {
      return false; // it ends too early
    }
  }

  /** How many rows a text has at most: the objects in it beside the outermost one. */
  public static int atMost(byte[] utf8) {
    int braces = 0;
    for (byte b : utf8) {
      braces += b == '{' ? 1 : 0;
    }
    return braces - 1;
  }

  private void read(String member) throws NotPlainException {
    PlainJson.check(in.token() == '{' && in.token() == '"' && in.string().equals(member));
    PlainJson.check(in.token() == ':' && in.token() == '[');
    byte b;
    do {
      PlainJson.check(in.token() == '{');
      row();
      b = in.token();
    } while (b == ',');
    PlainJson.check(b == ']' && in.token() == '}');
    in.end();
  }

  private void row() throws NotPlainException {
    int index = 0;
    for (int field = field(0); field != END_OF_ROW; field = field(++index)) {
      value(field, in.token());
    }
    PlainJson.check(sink.endRow());
  }

  /** Whose value is next. Rows mostly repeat the row before between their values. */
  private int field(int index) throws NotPlainException {
    if (index < remembered && in.skips(starts[index], lengths[index])) {
      return fields[index];
    }
    int start = in.at();
    byte b = in.token();
    if (b == '}') {
      return END_OF_ROW;
    }
    if (index > 0) {
      PlainJson.check(b == ',');
      b = in.token();
    }
    PlainJson.check(b == '"');
    int field = sink.field(in.string());
    PlainJson.check(field >= 0 && in.token() == ':');
    in.skipSpace();
    if (index < REMEMBERED) {
      starts[index] = start;
      lengths[index] = in.at() - start;
      fields[index] = field;
      remembered = Math.max(remembered, index + 1);
    }
    return field;
  }

  private void value(int field, byte first) throws NotPlainException {
    if (first == '"') {
      sink.text(field, in.recurringText());
    } else if (first == 'n') {
      in.word("null");
      sink.missing(field);
    } else if (in.isDecimal(first)) {
      sink.number(field, in.decimal());
    } else {
      sink.number(field, in.whole());
    }
  }
}
