package io.escala.spark.segments;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.escala.spark.data.BankColumn;
import io.escala.spark.data.BankColumns;
import io.escala.spark.data.BankRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * The rows as the segments' tasks want them: the columns of the segment as they are, categories as
 * texts, measures as doubles, the label, a hash of the row's content and the seed, a hash of the
 * segment.
 */
final class SegmentTable {
  static final String HASH = "_hash";

  /** A hash of the segment's values; different segments may share one. */
  static final String SEGMENT = "_segment";

  private SegmentTable() {}

  /** With {@link BankRows#FAULT} as the last column. */
  static Dataset<Row> of(Dataset<Row> rows, SegmentPlan plan) {
    List<Column> columns = new ArrayList<>();
    plan.by().forEach(name -> columns.add(segmentValue(name).as(name)));
    plan.categories().forEach(name -> columns.add(col(name).cast(DataTypes.StringType).as(name)));
    plan.measures().forEach(name -> columns.add(col(name).cast(DataTypes.DoubleType).as(name)));
    columns.add(col(BankColumns.LABEL));
    Column[] content =
        Stream.of(
                Stream.of(lit(plan.seed())),
                BankColumns.FEATURES.stream().map(c -> col(c.name())),
                Stream.of(col(BankColumns.LABEL)))
            .flatMap(s -> s)
            .toArray(Column[]::new);
    columns.add(xxhash64(content).as(HASH));
    columns.add(
        xxhash64(plan.by().stream().map(SegmentTable::segmentValue).toArray(Column[]::new))
            .as(SEGMENT));
    columns.add(col(BankRows.FAULT));
    return rows.select(columns.toArray(Column[]::new));
  }

  /** One zero instead of two, as grouping has it. */
  private static Column segmentValue(String name) {
    BankColumn column = BankColumns.feature(name);
    return column.type().equals(DataTypes.DoubleType)
        ? when(col(name).equalTo(0.0), 0.0).otherwise(col(name))
        : col(name);
  }

  static Column[] by(SegmentPlan plan) {
    return columns(plan.by());
  }

  /** Everything that two rows can differ in: rows that tie may change places. */
  static Column[] order(Dataset<Row> rows, SegmentPlan plan, List<String> first) {
    List<String> names = new ArrayList<>(first);
    names.add(HASH);
    Arrays.stream(rows.columns())
        .filter(name -> !names.contains(name))
        .filter(name -> !name.equals(SEGMENT) && !name.equals(BankRows.FAULT))
        .filter(name -> !plan.by().contains(name))
        .forEach(names::add);
    return columns(names);
  }

  private static Column[] columns(List<String> names) {
    return names.stream().map(functions::col).toArray(Column[]::new);
  }
}
