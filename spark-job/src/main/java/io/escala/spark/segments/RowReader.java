package io.escala.spark.segments;

import io.escala.spark.data.BankColumns;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Takes rows of {@link SegmentTable} apart as Spark itself has them, which converts nothing. Spark
 * uses a row's memory again: nothing of it is kept.
 */
final class RowReader {
  private final SegmentPlan plan;
  private final DataType[] types;

  RowReader(SegmentPlan plan) {
    this.plan = plan;
    this.types =
        plan.by().stream().map(name -> BankColumns.feature(name).type()).toArray(DataType[]::new);
  }

  EncodedRows.Builder builder() {
    return new EncodedRows.Builder(plan.categories().size(), plan.measures().size());
  }

  /** What {@link #isOf} compares a row with, and {@link #key} is made of. */
  Object[] segment(InternalRow row) {
    Object[] values = new Object[types.length];
    Arrays.setAll(
        values, i -> value(row, i) instanceof UTF8String text ? text.clone() : value(row, i));
    return values;
  }

  SegmentKey key(Object[] segment) {
    List<Object> values =
        Arrays.stream(segment).map(v -> v instanceof UTF8String ? v.toString() : v).toList();
    return new SegmentKey(plan.by(), values);
  }

  boolean isOf(Object[] segment, InternalRow row) {
    for (int i = 0; i < segment.length; i++) {
      if (!Objects.equals(segment[i], value(row, i))) {
        return false;
      }
    }
    return true;
  }

  private Object value(InternalRow row, int i) {
    if (row.isNullAt(i)) {
      return null;
    }
    if (types[i].equals(DataTypes.StringType)) {
      return row.getUTF8String(i);
    }
    return types[i].equals(DataTypes.IntegerType) ? (Object) row.getInt(i) : row.getDouble(i);
  }

  void add(InternalRow row, EncodedRows.Builder to) {
    UTF8String[] texts = new UTF8String[plan.categories().size()];
    for (int c = 0; c < texts.length; c++) {
      texts[c] = row.getUTF8String(plan.category(c)); // null where it is missing
    }
    double[] numbers = new double[plan.measures().size()];
    for (int m = 0; m < numbers.length; m++) {
      int at = plan.measure(m);
      numbers[m] = row.isNullAt(at) ? Double.NaN : row.getDouble(at);
    }
    to.add(texts, numbers, row.getInt(plan.label()), row.getLong(plan.hash()));
  }
}
