package io.escala.spark.train;

import io.escala.spark.data.BankColumns;
import io.escala.spark.onnx.EncodedColumn;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.functions;

/**
 * Some rows, each as the places of its indicators: two bytes a column, where MLlib's sparse vectors
 * take twelve a one.
 */
final class IndicatorRows implements Serializable {
  /** Where a column sets no indicator. */
  static final short NONE = -1;

  private static final long serialVersionUID = 1L;
  private static final int ROWS = 1 << 16;

  private final int columns;
  private final short[] places;
  private final byte[] labels;

  /**
   * @param columns how many places a row has
   * @param places row by row, rising but for {@link #NONE}
   * @param labels 1 or 0
   */
  IndicatorRows(int columns, short[] places, byte[] labels) {
    this.columns = columns;
    this.places = places;
    this.labels = labels;
  }

  /** Encodes the rows, lazily. */
  static JavaRDD<IndicatorRows> of(Dataset<Row> rows, List<EncodedColumn> columns) {
    Column[] read =
        Stream.concat(
                Stream.of(ColumnNumbers.raw(columns)), Stream.of(functions.col(BankColumns.LABEL)))
            .toArray(Column[]::new);
    ColumnNumbers numbers = new ColumnNumbers(columns);
    return ((org.apache.spark.sql.classic.Dataset<Row>) rows.select(read))
        .queryExecution()
        .toRdd()
        .toJavaRDD()
        .mapPartitions(part -> new Blocks(part, numbers));
  }

  int columns() {
    return columns;
  }

  short[] places() {
    return places;
  }

  byte[] labels() {
    return labels;
  }

  /** How many rows of label 0 and of label 1 set each indicator. */
  static long[][] ones(Iterator<IndicatorRows> blocks, int indicators) {
    long[][] ones = new long[2][indicators];
    blocks.forEachRemaining(block -> block.count(ones));
    return ones;
  }

  private void count(long[][] ones) {
    for (int row = 0, at = 0; row < labels.length; row++, at += columns) {
      long[] counted = ones[labels[row]];
      for (int c = 0; c < columns; c++) {
        if (places[at + c] != NONE) {
          counted[places[at + c]]++;
        }
      }
    }
  }

  private static final class Blocks implements Iterator<IndicatorRows> {
    private final Iterator<InternalRow> rows;
    private final ColumnNumbers numbers;

    Blocks(Iterator<InternalRow> rows, ColumnNumbers numbers) {
      this.rows = rows;
      this.numbers = numbers;
    }

    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public IndicatorRows next() {
      if (!rows.hasNext()) {
        throw new NoSuchElementException();
      }
      int columns = numbers.size();
      short[] places = new short[columns * 1024];
      byte[] labels = new byte[1024];
      int size = 0;
      while (size < ROWS && rows.hasNext()) {
        InternalRow row = rows.next();
        if (size == labels.length) {
          labels = Arrays.copyOf(labels, 2 * size);
          places = Arrays.copyOf(places, 2 * size * columns);
        }
        for (int c = 0; c < columns; c++) {
          places[size * columns + c] = (short) numbers.number(row, c);
        }
        labels[size++] = (byte) row.getInt(columns);
      }
      return new IndicatorRows(
          columns, Arrays.copyOf(places, size * columns), Arrays.copyOf(labels, size));
    }
  }
}
