package io.escala.spark.profile;

import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Counts rows, the last column of which is the label; travels between executors. */
final class RowsTally implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ColumnTally[] columns;
  private long rows;
  private long positives;

  private RowsTally(ColumnTally[] columns) {
    this.columns = columns;
  }

  static RowsTally of(StructType schema) {
    StructField[] fields = schema.fields();
    return new RowsTally(
        Arrays.stream(fields, 0, fields.length - 1)
            .map(StructField::dataType)
            .map(RowsTally::of)
            .toArray(ColumnTally[]::new));
  }

  private static ColumnTally of(DataType type) {
    return type instanceof NumericType
        ? new NumberTally(type instanceof IntegralType)
        : new TextTally();
  }

  RowsTally add(Row row) {
    boolean positive = row.getInt(columns.length) == 1;
    rows++;
    positives += positive ? 1 : 0;
    for (int i = 0; i < columns.length; i++) {
      columns[i].add(row.get(i), positive);
    }
    return this;
  }

  RowsTally merge(RowsTally other) {
    rows += other.rows;
    positives += other.positives;
    for (int i = 0; i < columns.length; i++) {
      columns[i].merge(other.columns[i]);
    }
    return this;
  }

  long rows() {
    return rows;
  }

  long positives() {
    return positives;
  }

  ColumnTally column(int i) {
    return columns[i];
  }
}
