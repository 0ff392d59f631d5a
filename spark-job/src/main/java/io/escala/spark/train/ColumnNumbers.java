package io.escala.spark.train;

import static org.apache.spark.sql.functions.col;

import io.escala.spark.data.BankColumn;
import io.escala.spark.data.BankColumns;
import io.escala.spark.onnx.EncodedColumn;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;

/** Raw columns as the numbers that encoded columns make of them. */
final class ColumnNumbers implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Source[] sources;

  ColumnNumbers(List<EncodedColumn> columns) {
    this.sources = columns.stream().map(ColumnNumbers::source).toArray(Source[]::new);
  }

  /** The raw column of each encoded one, which {@link #number} finds at the same place. */
  static Column[] raw(List<EncodedColumn> columns) {
    Column[] raw = new Column[columns.size()];
    Arrays.setAll(raw, i -> col(columns.get(i).column()).as("c" + i));
    return raw;
  }

  int size() {
    return sources.length;
  }

  /** The number of one column. */
  double number(InternalRow row, int column) {
    return sources[column].number(row, column);
  }

  private interface Source extends Serializable {
    double number(InternalRow row, int place);
  }

  private static Source source(EncodedColumn column) {
    if (column instanceof EncodedColumn.Level level) {
      return new Texts(level);
    }
    BankColumn declared = BankColumns.feature(column.column());
    boolean whole = declared.type().equals(DataTypes.IntegerType);
    if (column instanceof EncodedColumn.Amount amount) {
      return new Numbers(whole, amount.whenMissing(), new double[0], null);
    }
    EncodedColumn.Steps steps = (EncodedColumn.Steps) column;
    return new Numbers(
        whole, steps.whenMissing(), unboxed(steps.edges()), unboxed(steps.numbers()));
  }

  private static double[] unboxed(List<Double> numbers) {
    return numbers.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static final class Texts implements Source {
    private static final long serialVersionUID = 1L;

    private final Map<UTF8String, Double> numbers = new HashMap<>();
    private final double missing;
    private final double other;

    Texts(EncodedColumn.Level level) {
      for (int v = 0; v < level.values().size(); v++) {
        numbers.put(UTF8String.fromString(level.values().get(v)), level.numbers().get(v));
      }
      other = level.other();
      missing = numbers.getOrDefault(UTF8String.EMPTY_UTF8, other); // LogisticGraph.MISSING_TEXT
    }

    @Override
    public double number(InternalRow row, int place) {
      if (row.isNullAt(place)) {
        return missing;
      }
      Double number = numbers.get(row.getUTF8String(place));
      return number == null ? other : number;
    }
  }

  private static final class Numbers implements Source {
    private static final long serialVersionUID = 1L;

    private final boolean whole;
    private final double whenMissing;
    private final double[] edges;
    private final double[] numbers;

    /**
     * @param numbers one for each bin; null for the value itself
     */
    Numbers(boolean whole, double whenMissing, double[] edges, double[] numbers) {
      this.whole = whole;
      this.whenMissing = whenMissing;
      this.edges = edges;
      this.numbers = numbers;
    }

    @Override
    public double number(InternalRow row, int place) {
      double value =
          row.isNullAt(place)
              ? Double.NaN
              : whole ? (double) row.getInt(place) : row.getDouble(place);
      if (Double.isNaN(value)) {
        value = whenMissing;
      }
      if (numbers == null) {
        return value;
      }
      int bin = 0;
      while (bin < edges.length && value > edges[bin]) {
        bin++;
      }
      return numbers[bin];
    }
  }
}
