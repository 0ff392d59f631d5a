package io.escala.spark.data;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.rdd.InputFileBlockHolder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeRowWriter;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Lines of CSV as rows of the contract. Lines that anybody would read the same way (ASCII, cells
 * bare or in quotes without another quote within, no spaces around them, plain numbers) are read
 * where they lie; any other goes through univocity's parser, set as Spark sets it. Spark's own
 * reader sends every line through it, which is most of what reading costs ({@code bench/spark
 * prepare}).
 */
final class CsvRows implements FlatMapFunction<Iterator<InternalRow>, InternalRow> {
  private static final long serialVersionUID = 1L;
  private static final String MONTH = "month";
  private static final byte[] POSITIVE = BankColumns.POSITIVE.getBytes(US_ASCII);
  private static final byte[] NEGATIVE = BankColumns.NEGATIVE.getBytes(US_ASCII);

  /** So many digits always fit into an int. */
  private static final int INT_DIGITS = 9;

  /** So many digits are exact in a double, and so are the powers of ten up to them. */
  private static final int DOUBLE_DIGITS = 15;

  private static final double[] POWERS_OF_TEN = {
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
  };

  private final char separator;
  private final ArrayList<String> names;
  private final String target;
  private final boolean placed;
  private final RowTally tally;

  private CsvRows(CsvHeader header, boolean placed, RowTally tally) {
    this.separator = header.separator();
    this.names = new ArrayList<>(header.columns());
    this.target = header.target();
    this.placed = placed;
    this.tally = tally;
  }

  /**
   * The lines below the headers; blank ones are left out.
   *
   * @param placed whether to say where each row comes from
   * @return the data columns in the order of the files, the label, {@link BankRows#FAULT} and, if
   *     placed, {@link BankRows#FILE} and {@link BankRows#BLOCK}
   */
  static Dataset<Row> read(SparkSession spark, DataFiles files, CsvHeader header, boolean placed) {
    List<StructField> fields = fields(header);
    fields.add(DataTypes.createStructField(BankRows.FAULT, DataTypes.IntegerType, true));
    if (placed) {
      fields.add(DataTypes.createStructField(BankRows.FILE, DataTypes.StringType, false));
      fields.add(DataTypes.createStructField(BankRows.BLOCK, DataTypes.LongType, false));
    }
    return read(spark, files, fields, new CsvRows(header, placed, null));
  }

  /** The rows that keep the contract, counted as they are read. */
  static SoundRows sound(SparkSession spark, DataFiles files, CsvHeader header) {
    RowTally tally = new RowTally(spark.sparkContext());
    return new SoundRows(
        read(spark, files, fields(header), new CsvRows(header, false, tally)), tally::counts);
  }

  private static List<StructField> fields(CsvHeader header) {
    List<StructField> typed = List.of(BankColumns.schema(header.target()).fields());
    List<StructField> fields = new ArrayList<>();
    for (String name : header.columns()) {
      typed.stream().filter(f -> f.name().equals(name)).forEach(fields::add);
    }
    fields.add(DataTypes.createStructField(BankColumns.LABEL, DataTypes.IntegerType, true));
    return fields;
  }

  private static Dataset<Row> read(
      SparkSession spark, DataFiles files, List<StructField> fields, CsvRows reader) {
    JavaRDD<InternalRow> rows =
        ((org.apache.spark.sql.classic.Dataset<Row>) spark.read().text(files.sparkPaths()))
            .queryExecution()
            .toRdd()
            .toJavaRDD()
            .mapPartitions(reader);
    return ((org.apache.spark.sql.classic.SparkSession) spark)
        .internalCreateDataFrame(
            rows.rdd(), new StructType(fields.toArray(StructField[]::new)), false);
  }

  @Override
  public Iterator<InternalRow> call(Iterator<InternalRow> lines) {
    return new Rows(lines);
  }

  /**
   * A column of the files: one of the contract, the target, or the label that {@code prepare}
   * added.
   */
  private static final class Cell {
    private final int place;
    private final BankColumn column;
    private final boolean isTarget;
    private final boolean isText;
    private final boolean isWhole;
    private final double min;
    private final double max;
    private final byte[][] values;
    private final TextSet listed;

    /**
     * @param place in the row; -1 of the label, which is made afresh
     */
    Cell(String name, String target, int place) {
      this.place = place;
      this.isTarget = name.equals(target);
      this.column = isTarget || place < 0 ? null : BankColumns.feature(name);
      this.isText = isTarget || (column != null && column.isText());
      this.isWhole = place < 0 || (column != null && column.type().equals(DataTypes.IntegerType));
      this.min = column == null ? 0 : column.min().orElse(0);
      this.max = column == null ? 0 : column.max().orElse(0);
      this.values =
          column == null || column.open()
              ? new byte[0][]
              : column.values().stream().map(v -> v.getBytes(US_ASCII)).toArray(byte[][]::new);
      this.listed = column != null && column.open() ? new TextSet(column.values()) : null;
    }

    boolean isLabel() {
      return place < 0;
    }

    boolean isOutOfRange(double value) {
      return value < min || value > max;
    }
  }

  /** The row that it gives is valid until the next is asked for, as Spark's own are. */
  private final class Rows implements Iterator<InternalRow> {
    private final Iterator<InternalRow> lines;
    private final Cell[] cells = new Cell[names.size()];
    private final int columns;
    private final UnsafeRowWriter writer;
    private CsvCells odd;
    private byte[] line = new byte[256];
    private int length;
    private UTF8String file;
    private long block;
    private boolean waiting;
    private Integer label;
    private Integer givenLabel;
    private boolean faulty;
    private boolean faultyMonth;
    private boolean unlisted;

    Rows(Iterator<InternalRow> lines) {
      this.lines = lines;
      int place = 0;
      for (int c = 0; c < cells.length; c++) {
        boolean isLabel = names.get(c).equals(BankColumns.LABEL);
        cells[c] = new Cell(names.get(c), target, isLabel ? -1 : place++);
      }
      this.columns = place;
      this.writer = new UnsafeRowWriter(columns + (tally != null ? 1 : placed ? 4 : 2));
    }

    @Override
    public boolean hasNext() {
      while (!waiting && lines.hasNext()) {
        InternalRow line = lines.next();
        boolean isHeader = isHeader();
        take(line.getUTF8String(0));
        if (!isHeader && !isBlank()) {
          read();
          waiting = tally == null || isSound();
        }
      }
      return waiting;
    }

    /** The first line of a file: pieces of files come one after the other. */
    @SuppressWarnings("ReferenceEquality") // Spark makes one object for each piece
    private boolean isHeader() {
      UTF8String ofFile = InputFileBlockHolder.getInputFilePath();
      if (ofFile == file) {
        return false;
      }
      file = ofFile;
      block = InputFileBlockHolder.getStartOffset();
      return block == 0;
    }

    private void take(UTF8String value) {
      length = value.numBytes();
      if (line.length < length) {
        line = new byte[Math.max(length, 2 * line.length)];
      }
      Platform.copyMemory(
          value.getBaseObject(), value.getBaseOffset(), line, Platform.BYTE_ARRAY_OFFSET, length);
    }

    private boolean isBlank() {
      for (int i = 0; i < length; i++) {
        if (line[i] < 0 || line[i] > ' ') {
          return false;
        }
      }
      return true;
    }

    @Override
    public InternalRow next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      waiting = false;
      if (tally != null) {
        return writer.getRow();
      }
      if (isFault()) {
        writer.write(columns + 1, 1);
      } else if (faultyMonth) {
        writer.write(columns + 1, BankRows.FAULT_OF_MONTH);
      } else {
        writer.setNullAt(columns + 1);
      }
      if (placed) {
        writer.write(columns + 2, file);
        writer.write(columns + 3, block);
      }
      return writer.getRow();
    }

    private void read() {
      begin();
      if (!plain()) {
        begin();
        parsed();
      }
      if (label == null) {
        writer.setNullAt(columns);
      } else {
        writer.write(columns, label);
      }
    }

    private boolean isFault() {
      boolean contradicts = cells.length > columns && !Objects.equals(label, givenLabel);
      return faulty || label == null || contradicts;
    }

    private boolean isSound() {
      boolean isSound = !isFault() && !faultyMonth;
      tally.add(isSound, unlisted);
      return isSound;
    }

    private void begin() {
      writer.reset();
      writer.zeroOutNullBytes();
      label = null;
      givenLabel = null;
      faulty = false;
      faultyMonth = false;
      unlisted = false;
    }

    private void fault(Cell cell) {
      if (cell.column.name().equals(MONTH)) {
        faultyMonth = true;
      } else {
        faulty = true;
      }
    }

    /** Reads a line where it lies; false if it is not plain. */
    private boolean plain() {
      int at = 0;
      for (int c = 0; c < cells.length; c++) {
        int from = at;
        int to;
        if (at < length && line[at] == '"') {
          from++;
          at = endOfCell(from, true);
          to = at;
          if (at == length || line[at] != '"') {
            return false;
          }
          at++;
        } else {
          at = endOfCell(at, false);
          to = at;
        }
        boolean ends = c == cells.length - 1 ? at == length : at < length && line[at] == separator;
        if (!ends || !plain(cells[c], from, to)) {
          return false;
        }
        at++;
      }
      return true;
    }

    /** Where the separator, a quote, something that is not ASCII or the end of the line is. */
    private int endOfCell(int from, boolean quoted) {
      int at = from;
      while (at < length && line[at] >= 0 && line[at] != '"' && (quoted || line[at] != separator)) {
        at++;
      }
      return at;
    }

    private boolean plain(Cell cell, int from, int to) {
      if (from == to) {
        if (!cell.isLabel()) {
          writer.setNullAt(cell.place);
        }
        return true;
      }
      if (line[from] <= ' ' || line[to - 1] <= ' ') {
        return false;
      }
      if (cell.isText) {
        text(cell, from, to);
        return true;
      }
      return cell.isWhole ? wholeNumber(cell, from, to) : number(cell, from, to);
    }

    private void text(Cell cell, int from, int to) {
      writer.write(cell.place, line, from, to - from);
      if (cell.isTarget) {
        label = is(POSITIVE, from, to) ? (Integer) 1 : is(NEGATIVE, from, to) ? (Integer) 0 : null;
      } else if (cell.column.open()) {
        note(cell, UTF8String.fromBytes(line, from, to - from));
      } else if (!isAmong(cell.values, from, to)) {
        fault(cell);
      }
    }

    private void note(Cell cell, UTF8String text) {
      unlisted |= tally != null && !cell.listed.holds(text);
    }

    private boolean isAmong(byte[][] values, int from, int to) {
      for (byte[] value : values) {
        if (is(value, from, to)) {
          return true;
        }
      }
      return false;
    }

    private boolean is(byte[] value, int from, int to) {
      return value.length == to - from && Arrays.equals(value, 0, value.length, line, from, to);
    }

    private boolean wholeNumber(Cell cell, int from, int to) {
      boolean negative = line[from] == '-';
      int first = negative ? from + 1 : from;
      if (first == to || to - first > INT_DIGITS) {
        return false;
      }
      int number = 0;
      for (int i = first; i < to; i++) {
        int digit = line[i] - '0';
        if (digit < 0 || digit > 9) {
          return false;
        }
        number = 10 * number + digit;
      }
      wholeNumber(cell, negative ? -number : number);
      return true;
    }

    private void wholeNumber(Cell cell, int number) {
      if (cell.isLabel()) {
        givenLabel = number;
        return;
      }
      writer.write(cell.place, number);
      if (cell.isOutOfRange(number)) {
        fault(cell);
      }
    }

    private boolean number(Cell cell, int from, int to) {
      boolean negative = line[from] == '-';
      int first = negative ? from + 1 : from;
      if (to - first > DOUBLE_DIGITS) {
        return false;
      }
      int point = -1;
      long digits = 0;
      for (int i = first; i < to; i++) {
        int digit = line[i] - '0';
        if (line[i] == '.' && point < 0) {
          point = i;
        } else if (digit < 0 || digit > 9) {
          return false;
        } else {
          digits = 10 * digits + digit;
        }
      }
      if (first == to || point == first || point == to - 1) {
        return false;
      }
      if (point < 0) {
        number(cell, (double) (negative ? -digits : digits));
      } else {
        double number = digits / POWERS_OF_TEN[to - 1 - point];
        number(cell, negative ? -number : number); // -0.0 keeps its sign, as it does in Spark
      }
      return true;
    }

    private void number(Cell cell, double number) {
      writer.write(cell.place, number);
      if (cell.isOutOfRange(number)) {
        fault(cell);
      }
    }

    /** Reads any line. */
    private void parsed() {
      if (odd == null) {
        odd = new CsvCells(separator, cells.length);
      }
      String[] texts = odd.of(UTF8String.fromBytes(line, 0, length).toString());
      for (int c = 0; c < cells.length; c++) {
        if (texts != null && texts[c] != null) {
          parsed(cells[c], texts[c]);
        } else if (!cells[c].isLabel()) {
          writer.setNullAt(cells[c].place);
        }
      }
      faulty |= texts == null;
    }

    private void parsed(Cell cell, String text) {
      if (cell.isText) {
        UTF8String value = UTF8String.fromString(text);
        writer.write(cell.place, value);
        if (cell.isTarget) {
          label =
              text.equals(BankColumns.POSITIVE)
                  ? (Integer) 1
                  : text.equals(BankColumns.NEGATIVE) ? (Integer) 0 : null;
        } else if (cell.column.isFault(text)) {
          fault(cell);
        } else if (cell.column.open()) {
          note(cell, value);
        }
        return;
      }
      try {
        if (cell.isWhole) {
          wholeNumber(cell, Integer.parseInt(text));
        } else if (cell.column.isFault(text)) {
          throw new NumberFormatException();
        } else {
          number(cell, number(text));
        }
      } catch (NumberFormatException e) {
        faulty = true;
        if (!cell.isLabel()) {
          writer.setNullAt(cell.place);
        }
      }
    }

    /** Zero has no sign where it is written as a whole number, as in Spark's casts. */
    private static double number(String text) {
      return text.matches("[+-]?[0-9]{1,18}")
          ? (double) Long.parseLong(text)
          : Double.parseDouble(text);
    }
  }
}
