package io.escala.spark.profile;

import io.escala.spark.Steps;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * What the rows look like, column by column. Values are counted one by one up to {@link
 * #MAX_DISTINCT} a column; beyond, numbers are counted in bins of 0.4 % of their size, and text is
 * not broken down. All of it are sums, so that the partitions do not matter.
 *
 * @param positives rows whose label is 1
 */
public record DataProfile(long rows, long positives, List<ColumnProfile> columns) {
  /** How many values of a column are told apart. */
  public static final int MAX_DISTINCT = 1000;

  public DataProfile {
    columns = List.copyOf(columns);
  }

  /**
   * In one pass, whatever the number of columns.
   *
   * @param rows with these columns and a label of 1 or 0
   */
  public static DataProfile of(Dataset<Row> rows, List<String> columns, String label) {
    Column[] read =
        Stream.concat(
                columns.stream().map(functions::col),
                Stream.of(functions.col(label).cast(DataTypes.IntegerType)))
            .toArray(Column[]::new);
    Dataset<Row> selected = rows.select(read);
    StructField[] fields = selected.schema().fields();
    RowsTally tally =
        Steps.describe(
            rows.sparkSession(),
            "profile the rows",
            () ->
                selected
                    .javaRDD()
                    .treeAggregate(
                        RowsTally.of(selected.schema()), RowsTally::add, RowsTally::merge));
    List<ColumnProfile> profiles = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      profiles.add(
          tally
              .column(i)
              .profile(
                  columns.get(i), fields[i].dataType().sql().toLowerCase(java.util.Locale.ROOT)));
    }
    return new DataProfile(tally.rows(), tally.positives(), profiles);
  }
}
