package io.escala.spark.data;

import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeRowWriter;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Reads lines of CSV that anybody would read the same way: ASCII, cells bare or in quotes without
 * another quote within, no spaces around them, plain numbers. Any other line comes as it is, for
 * Spark's own parser, which takes three times as long ({@code bench/spark prepare}).
 */
final class PlainCsv implements FlatMapFunction<Iterator<InternalRow>, InternalRow> {
  private static final long serialVersionUID = 1L;

  /** Null in a row whose cells were read; else the line, and no cell has a value. */
  static final String LINE = "_line";

  private static final int INT_DIGITS = 9;

  /** So many digits are exact in a double, and so is the power of ten below them. */
  private static final int DOUBLE_DIGITS = 15;

  private static final double[] POWERS_OF_TEN = powersOfTen();

  private enum Kind {
    INT,
    DOUBLE,
    TEXT
  }

  private final byte separator;
  private final Kind[] kinds;

  private PlainCsv(char separator, StructType cells) {
    this.separator = (byte) separator;
    this.kinds = new Kind[cells.length()];
    for (int c = 0; c < kinds.length; c++) {
      kinds[c] = kind(cells.fields()[c].dataType());
    }
  }

  private static Kind kind(DataType type) {
    if (type.equals(DataTypes.IntegerType)) {
      return Kind.INT;
    }
    if (type.equals(DataTypes.DoubleType)) {
      return Kind.DOUBLE;
    }
    if (type.equals(DataTypes.StringType)) {
      return Kind.TEXT;
    }
    throw new IllegalArgumentException("a column of type " + type.simpleString());
  }

  private static double[] powersOfTen() {
    double[] powers = new double[DOUBLE_DIGITS + 1];
    powers[0] = 1;
    for (int i = 1; i < powers.length; i++) {
      powers[i] = powers[i - 1] * 10;
    }
    return powers;
  }

  /**
   * The lines below the headers, blank ones left out.
   *
   * @param cells int, double and string columns in the order of the files
   * @return those columns, {@link #LINE}, {@link BankRows#FILE} and {@link BankRows#BLOCK}
   */
  static Dataset<Row> read(
      SparkSession spark, List<String> paths, char separator, StructType cells) {
    Dataset<Row> lines =
        spark
            .read()
            .text(paths.toArray(String[]::new))
            .select(
                col("value"),
                col("_metadata.file_path").as(BankRows.FILE),
                col("_metadata.file_block_start").as(BankRows.BLOCK));
    JavaRDD<InternalRow> rows =
        ((org.apache.spark.sql.classic.Dataset<Row>) lines)
            .queryExecution()
            .toRdd()
            .toJavaRDD()
            .mapPartitions(new PlainCsv(separator, cells));
    List<StructField> fields = new ArrayList<>(List.of(cells.fields()));
    fields.add(DataTypes.createStructField(LINE, DataTypes.StringType, true));
    fields.add(DataTypes.createStructField(BankRows.FILE, DataTypes.StringType, false));
    fields.add(DataTypes.createStructField(BankRows.BLOCK, DataTypes.LongType, false));
    return ((org.apache.spark.sql.classic.SparkSession) spark)
        .internalCreateDataFrame(
            rows.rdd(), new StructType(fields.toArray(StructField[]::new)), false);
  }

  @Override
  public Iterator<InternalRow> call(Iterator<InternalRow> lines) {
    return new Rows(lines);
  }

  /** The row it gives is valid until the next is asked for, as Spark's own are. */
  private final class Rows implements Iterator<InternalRow> {
    private final Iterator<InternalRow> lines;
    private final UnsafeRowWriter writer = new UnsafeRowWriter(kinds.length + 3);
    private byte[] line = new byte[256];
    private int length;
    private UTF8String value;
    private UTF8String file;
    private long block = -1;
    private boolean waiting;

    Rows(Iterator<InternalRow> lines) {
      this.lines = lines;
    }

    @Override
    public boolean hasNext() {
      while (!waiting && lines.hasNext()) {
        InternalRow row = lines.next();
        value = row.getUTF8String(0);
        waiting = !isHeader(row.getUTF8String(1), row.getLong(2)) && !isBlank();
      }
      return waiting;
    }

    /** The first line of a file: pieces of files come one after the other. */
    private boolean isHeader(UTF8String ofFile, long ofBlock) {
      if (ofBlock == block && ofFile.equals(file)) {
        return false;
      }
      file = ofFile.clone(); // Spark uses the row again
      block = ofBlock;
      return block == 0;
    }

    private boolean isBlank() {
      length = value.numBytes();
      if (line.length < length) {
        line = new byte[Math.max(length, 2 * line.length)];
      }
      Platform.copyMemory(
          value.getBaseObject(), value.getBaseOffset(), line, Platform.BYTE_ARRAY_OFFSET, length);
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
      writer.reset();
      writer.zeroOutNullBytes();
      if (cells()) {
        writer.setNullAt(kinds.length);
      } else {
        writer.reset();
        writer.zeroOutNullBytes();
        for (int c = 0; c < kinds.length; c++) {
          writer.setNullAt(c);
        }
        writer.write(kinds.length, value);
      }
      writer.write(kinds.length + 1, file);
      writer.write(kinds.length + 2, block);
      return writer.getRow();
    }

    /** Writes the cells; false if the line is not plain. */
    private boolean cells() {
      int at = 0;
      for (int c = 0; c < kinds.length; c++) {
        int from = at;
        int to;
        if (at < length && line[at] == '"') {
          from++;
          at = endOfCell(from);
          to = at;
          if (to == from || at == length || line[at] != '"') {
            return false;
          }
          at++;
        } else {
          at = endOfCell(at);
          to = at;
        }
        boolean ends = c == kinds.length - 1 ? at == length : at < length && line[at] == separator;
        if (!ends || !cell(c, from, to)) {
          return false;
        }
        at++;
      }
      return true;
    }

    /** Where the separator, a quote, something that is not ASCII or the end of the line is. */
    private int endOfCell(int from) {
      boolean quoted = from > 0 && line[from - 1] == '"';
      int at = from;
      while (at < length && line[at] >= 0 && line[at] != '"' && (quoted || line[at] != separator)) {
        at++;
      }
      return at;
    }

    private boolean cell(int c, int from, int to) {
      if (from == to) {
        writer.setNullAt(c);
        return true;
      }
      if (line[from] <= ' ' || line[to - 1] <= ' ') {
        return false;
      }
      return switch (kinds[c]) {
        case TEXT -> {
          writer.write(c, line, from, to - from);
          yield true;
        }
        case INT -> wholeNumber(c, from, to);
        case DOUBLE -> number(c, from, to);
      };
    }

    private boolean wholeNumber(int c, int from, int to) {
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
      writer.write(c, negative ? -number : number);
      return true;
    }

    private boolean number(int c, int from, int to) {
      boolean negative = line[from] == '-';
      int first = negative ? from + 1 : from;
      int point = -1;
      long digits = 0;
      for (int i = first; i < to; i++) {
        int digit = line[i] - '0';
        if (line[i] == '.' && point < 0) {
          point = i;
        } else if (digit < 0 || digit > 9) {
          return false;
        } else if (i - first > DOUBLE_DIGITS) {
          return false;
        } else {
          digits = 10 * digits + digit;
        }
      }
      int count = to - first - (point < 0 ? 0 : 1);
      if (count == 0 || count > DOUBLE_DIGITS || point == first || point == to - 1) {
        return false;
      }
      if (point < 0) {
        writer.write(c, (double) (negative ? -digits : digits));
        return true;
      }
      // The sign of a zero is kept
      double number = digits / POWERS_OF_TEN[to - 1 - point];
      writer.write(c, negative ? -number : number);
      return true;
    }
  }
}
