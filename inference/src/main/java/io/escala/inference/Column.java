package io.escala.inference;

import io.escala.inference.json.Json;
import io.escala.inference.json.WholeNumbers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/** How the values of one input are checked and become a tensor. */
final class Column {
  private static final int VALUES_SHOWN = 20;
  private static final String NOT_PASSED_ON =
      "ONNX Runtime's Java API cannot pass on U+0000 and characters above U+FFFF";

  private final Manifest.Input input;
  private final Datatype datatype;
  private final Object missing;
  private final Set<Object> allowed;

  /** Whether the manifest names no values, so that a text may be one that the graph cannot get. */
  private final boolean isOpen;

  private final long[] tail;
  private final int width;
  private final double min;
  private final double max;

  Column(Manifest.Input input) {
    this.input = input;
    this.datatype = input.datatype();
    this.missing = input.nullable() ? input.missing().orElse(Double.NaN) : null;
    this.allowed =
        input.otherValues() == Manifest.OtherValues.REJECTED
            ? new HashSet<>(input.values())
            : Set.of();
    this.isOpen = input.values().isEmpty();
    this.tail = new long[input.shape().size() - 1];
    for (int i = 0; i < tail.length; i++) {
      tail[i] = input.shape().get(i + 1);
    }
    this.width = input.width();
    this.min = input.min().orElse(Double.NEGATIVE_INFINITY);
    this.max = input.max().orElse(Double.POSITIVE_INFINITY);
  }

  /** Refuses an input whose values the graph would never recognise. */
  static void checkServable(Manifest.Input input) {
    if (input.shape().size() != 2) {
      throw new BundleException(
          "input \""
              + input.name()
              + "\" has shape "
              + input.shape()
              + ", but only [-1, 1], one value a row, or [-1, n], n values a row, is served");
    }
    for (Object value : input.values()) {
      if (value instanceof String text && !reachesTheGraph(text)) {
        throw new BundleException(
            "input \""
                + input.name()
                + "\" has the value \""
                + Json.shown(text)
                + "\", but "
                + NOT_PASSED_ON);
      }
    }
  }

  /**
   * ONNX Runtime's Java API hands strings over in Java's modified UTF-8, which differs from UTF-8
   * in these characters.
   */
  private static boolean reachesTheGraph(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == 0 || Character.isSurrogate(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  String name() {
    return input.name();
  }

  boolean isNumber() {
    return datatype.isNumber();
  }

  /** How many values a row has. */
  int width() {
    return width;
  }

  Datatype datatype() {
    return datatype;
  }

  /**
   * Places for the values of so many rows.
   *
   * @param direct whether numbers are to lie outside the heap
   */
  Values values(int rows, boolean direct) {
    int capacity = Math.multiplyExact(rows, width);
    if (datatype == Datatype.BYTES) {
      return new Values(null, new String[capacity]);
    }
    int size =
        switch (datatype) {
          case FP64, INT64 -> Double.BYTES;
          case FP32 -> Float.BYTES;
          default -> Byte.BYTES;
        };
    int bytes = Math.multiplyExact(capacity, size);
    ByteBuffer numbers = direct ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
    return new Values(numbers.order(ByteOrder.nativeOrder()), null);
  }

  /**
   * Checks what a row has, a value of any type or a list of them, and keeps it.
   *
   * @param index of the row
   */
  void setRow(Values values, int index, Object value, boolean given, RowName row) {
    if (width == 1) {
      set(values, index, value, given, row);
    } else if (value == null) {
      setNullRow(values, index, given, row);
    } else if (value instanceof List<?> list) {
      if (list.size() != width) {
        throw new InputException(
            row.field(name()) + " has " + list.size() + " values, but must have " + width);
      }
      int at = index * width;
      boolean areOctets = datatype == Datatype.UINT8 && allowed.isEmpty();
      if (areOctets && list instanceof WholeNumbers numbers && min <= 0 && max >= 255) {
        byte[] octets = numbers.octets();
        if (octets != null) {
          values.numbers.put(at, octets);
          return;
        }
      }
      for (int i = 0; i < width; i++) {
        // An object and a name for each of a picture's pixels would be the most of the work
        long octet = areOctets ? whole(list, i) : -1;
        if (isOctet(octet)) {
          values.numbers.put(at + i, (byte) octet);
        } else {
          set(values, at + i, list.get(i), true, row.element(i));
        }
      }
    } else {
      throw notAList(value, row);
    }
  }

  /** The whole number at an index, or -1. */
  private static long whole(List<?> list, int index) {
    if (list instanceof WholeNumbers numbers) {
      return numbers.at(index);
    }
    return list.get(index) instanceof Long number ? number : -1;
  }

  private boolean isOctet(long value) {
    return value >= 0 && value <= 255 && value >= min && value <= max;
  }

  /** A row has no value at all. */
  void setNullRow(Values values, int index, boolean given, RowName row) {
    for (int i = 0; i < width; i++) {
      setNull(values, index * width + i, given, row);
    }
  }

  /** Keeps whole numbers from 0 to 255, which need no check of their own. */
  void setRow(Values values, int index, byte[] octets) {
    if (datatype != Datatype.UINT8 || octets.length != width) {
      throw new IllegalArgumentException(
          octets.length + " bytes were given for " + input.name() + " " + input.shape());
    }
    if (min > 0 || max < 255 || !allowed.isEmpty()) {
      for (int i = 0; i < width; i++) {
        checkWhole(octets[i] & 0xFF, RowName.NONE.element(i));
      }
    }
    values.numbers.put(index * width, octets);
  }

  InputException notAList(Object value, RowName row) {
    return new InputException(
        row.field(name())
            + " must be an array of "
            + width
            + " values, each "
            + datatype.described()
            + ", but is "
            + Datatype.shown(value));
  }

  /** Checks a value of any type and keeps it. */
  private void set(Values values, int index, Object value, boolean given, RowName row) {
    if (value == null) {
      setNull(values, index, given, row);
    } else if (value instanceof Double || value instanceof Float) {
      set(values, index, ((Number) value).doubleValue(), row);
    } else if (value instanceof Long || value instanceof Integer) {
      set(values, index, ((Number) value).longValue(), row);
    } else if (value instanceof String text) {
      set(values, index, text, row);
    } else {
      Object canonical = canonical(value, row);
      if (canonical instanceof Double number) {
        set(values, index, number.doubleValue(), row);
      } else if (canonical instanceof Long number) {
        set(values, index, number.longValue(), row);
      } else {
        set(values, index, (String) canonical, row);
      }
    }
  }

  void setNull(Values values, int index, boolean given, RowName row) {
    if (!input.nullable()) {
      throw new InputException(
          given
              ? row.field(name())
                  + " is null, but must be "
                  + (width == 1 || row.element() >= 0
                      ? datatype.described()
                      : "an array of " + width + " values")
              : row
                  + " lacks the field \""
                  + name()
                  + "\", which must be "
                  + (width == 1 ? datatype.described() : "an array of " + width + " values"));
    }
    if (missing instanceof Double number) {
      put(values, index, number.doubleValue());
    } else if (missing instanceof Long number) {
      put(values, index, number.longValue());
    } else {
      values.texts[index] = (String) missing;
    }
  }

  void set(Values values, int index, double value, RowName row) {
    boolean fits =
        switch (datatype) {
          case FP64 -> Double.isFinite(value);
          case FP32 -> Float.isFinite((float) value);
          default -> false;
        };
    if (fits) {
      checkNumber(value, row);
      put(values, index, value);
    } else {
      set(values, index, ((Long) canonical(value, row)).longValue(), row);
    }
  }

  void set(Values values, int index, long value, RowName row) {
    switch (datatype) {
      case INT64 -> {
        checkWhole(value, row);
        put(values, index, value);
      }
      case FP64, FP32 -> set(values, index, (double) value, row);
      default -> {
        long octet = (Long) canonical(value, row);
        checkWhole(octet, row);
        put(values, index, octet);
      }
    }
  }

  void set(Values values, int index, String value, RowName row) {
    if (datatype != Datatype.BYTES) {
      canonical(value, row); // throws: a text is no number
    }
    if (index > 0 && value.equals(values.texts[index - 1])) { // which was looked at
      values.texts[index] = value;
      return;
    }
    if (isOpen && !reachesTheGraph(value)) {
      throw new InputException(
          row.field(name()) + " has a character that is not served: " + NOT_PASSED_ON);
    }
    checkAllowed(value, row);
    values.texts[index] = value;
  }

  private void put(Values values, int index, double value) {
    if (datatype == Datatype.FP64) {
      values.numbers.putDouble(index * Double.BYTES, value);
    } else {
      values.numbers.putFloat(index * Float.BYTES, (float) value);
    }
  }

  private void put(Values values, int index, long value) {
    if (datatype == Datatype.INT64) {
      values.numbers.putLong(index * Long.BYTES, value);
    } else {
      values.numbers.put(index, (byte) value);
    }
  }

  private void checkNumber(double value, RowName row) {
    if (value < min || value > max) {
      throw new InputException(row.field(name()) + " is " + value + ", but must be " + range());
    }
    if (!allowed.isEmpty()) {
      checkAllowed(value, row);
    }
  }

  private void checkWhole(long value, RowName row) {
    if (value < min || value > max) {
      throw new InputException(row.field(name()) + " is " + value + ", but must be " + range());
    }
    if (!allowed.isEmpty()) {
      checkAllowed(value, row);
    }
  }

  private void checkAllowed(Object canonical, RowName row) {
    if (!allowed.isEmpty() && !allowed.contains(canonical)) {
      throw new InputException(
          row.field(name())
              + " is "
              + Datatype.shown(canonical)
              + ", but must be one of "
              + shownValues());
    }
  }

  private Object canonical(Object value, RowName row) {
    try {
      return datatype.canonical(value);
    } catch (IllegalArgumentException e) {
      throw unfit(e.getMessage(), row.field(name()));
    }
  }

  private InputException unfit(String problem, String field) {
    return new InputException(
        field + " " + problem + (input.nullable() ? " (null is allowed)" : ""));
  }

  /** The shape of so many rows. */
  long[] shape(int rows) {
    long[] shape = new long[1 + tail.length];
    shape[0] = rows;
    System.arraycopy(tail, 0, shape, 1, tail.length);
    return shape;
  }

  /** The values of a batch: numbers in native order, or texts. */
  static final class Values {
    private final ByteBuffer numbers;
    private final String[] texts;

    private Values(ByteBuffer numbers, String[] texts) {
      this.numbers = numbers;
      this.texts = texts;
    }

    ByteBuffer numbers() {
      return numbers;
    }

    String[] texts() {
      return texts;
    }

    /**
     * Copies some rows into an array of their type, the first values of all of them first, then the
     * second ones, and so on.
     */
    void copy(int firstRow, int rows, int width, Object to) {
      if (width > 1 && rows > 1) {
        copyTransposed(firstRow, rows, width, to);
        return;
      }
      int from = firstRow * width;
      int count = rows * width;
      if (to instanceof double[] doubles) {
        numbers.asDoubleBuffer().get(from, doubles, 0, count);
      } else if (to instanceof String[]) {
        System.arraycopy(texts, from, to, 0, count);
      } else if (to instanceof byte[] octets) {
        numbers.get(from, octets, 0, count);
      } else if (to instanceof long[] longs) {
        numbers.asLongBuffer().get(from, longs, 0, count);
      } else {
        numbers.asFloatBuffer().get(from, (float[]) to, 0, count);
      }
    }

    private void copyTransposed(int firstRow, int rows, int width, Object values) {
      for (int i = 0, to = 0; i < width; i++, to += rows) {
        int from = firstRow * width + i;
        if (values instanceof double[] doubles) {
          for (int row = 0; row < rows; row++) {
            doubles[to + row] = numbers.getDouble((from + row * width) * Double.BYTES);
          }
        } else if (values instanceof String[] strings) {
          for (int row = 0; row < rows; row++) {
            strings[to + row] = texts[from + row * width];
          }
        } else if (values instanceof byte[] octets) {
          byte[] all = numbers.array();
          int first = numbers.arrayOffset() + from;
          for (int row = 0; row < rows; row++) {
            octets[to + row] = all[first + row * width];
          }
        } else if (values instanceof long[] longs) {
          for (int row = 0; row < rows; row++) {
            longs[to + row] = numbers.getLong((from + row * width) * Long.BYTES);
          }
        } else {
          float[] floats = (float[]) values;
          for (int row = 0; row < rows; row++) {
            floats[to + row] = numbers.getFloat((from + row * width) * Float.BYTES);
          }
        }
      }
    }
  }

  private String range() {
    if (input.max().isEmpty()) {
      return "at least " + shown(input.min());
    }
    if (input.min().isEmpty()) {
      return "at most " + shown(input.max());
    }
    return "from " + shown(input.min()) + " to " + shown(input.max());
  }

  private static String shown(OptionalDouble bound) {
    double value = bound.getAsDouble();
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  private String shownValues() {
    List<Object> values = input.values();
    String first =
        values.stream()
            .limit(VALUES_SHOWN)
            .map(v -> v instanceof String ? "\"" + v + "\"" : v.toString())
            .collect(Collectors.joining(", "));
    return values.size() > VALUES_SHOWN
        ? first + " and " + (values.size() - VALUES_SHOWN) + " others"
        : first;
  }
}
