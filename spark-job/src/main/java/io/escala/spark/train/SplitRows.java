package io.escala.spark.train;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.rand;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.escala.spark.Mistake;
import io.escala.spark.Steps;
import io.escala.spark.data.BadRows;
import io.escala.spark.data.BankColumns;
import io.escala.spark.data.BankRows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Rows in memory, each assigned to training or held out.
 *
 * @param all with the column {@link #SPLIT}
 * @param columns the data columns in the order of the file
 * @param kept tables derived from these that are in memory as long as these are
 */
record SplitRows(
    Dataset<Row> all, List<String> columns, long trainRows, long testRows, List<Dataset<Row>> kept)
    implements AutoCloseable {
  static final String SPLIT = "split";
  static final String TRAIN = "train";
  static final String TEST = "test";
  static final double TRAIN_SHARE = 0.7;

  /**
   * How many rows one partition holds at most after the split, so that fitting runs in parallel.
   */
  private static final long ROWS_A_PARTITION = 250_000;

  /**
   * The same rows in the same parts as {@code randomSplit(0.7, 0.3)} gives on one partition, but in
   * one pass: it, too, sorts a partition by all columns and then draws one uniform number a row.
   *
   * @param bad decides about rows that break the contract
   * @param used the columns that the model reads
   * @throws Mistake if a row breaks the contract, or there are too few to fit and evaluate
   */
  static SplitRows of(BankRows source, BadRows bad, String given, List<String> used, long seed)
      throws IOException {
    Column[] order =
        Stream.concat(
                // Bad rows come last, so that they leave the draws for the others as they are
                Stream.of(col(BankRows.FAULT).asc_nulls_first()),
                Stream.concat(source.columns().stream(), Stream.of(BankColumns.LABEL))
                    .map(c -> col(c)))
            .toArray(Column[]::new);
    Dataset<Row> all =
        source
            .rows()
            .repartition(1)
            .sortWithinPartitions(order)
            .withColumn(SPLIT, when(rand(seed).lt(TRAIN_SHARE), TRAIN).otherwise(TEST))
            .persist();
    try {
      Column sound = col(BankRows.FAULT).isNull();
      Column train = isIn(TRAIN).and(sound);
      Column test = isIn(TEST).and(sound);
      List<Column> counts = new ArrayList<>();
      counts.add(BankRows.faulty());
      counts.add(count(when(train, 1)).as(TRAIN));
      counts.add(sum(when(train, col(BankColumns.LABEL)).otherwise(0)).as("trainPositives"));
      counts.add(sum(when(test, col(BankColumns.LABEL)).otherwise(0)).as("testPositives"));
      used.forEach(c -> counts.add(count(when(train, col(c))).as("has_" + c)));
      Row counted =
          Steps.describe(
              all.sparkSession(),
              "read and split the rows",
              () -> all.agg(BankRows.counted(), counts.toArray(Column[]::new)).first());
      long faults = counted.getAs("faults");
      long rows = counted.<Long>getAs("rows") - faults;
      bad.settle(source, rows + faults, faults);
      long trainRows = counted.getAs(TRAIN);
      checkClasses(given, "training", trainRows, counted.getAs("trainPositives"));
      checkClasses(given, "held-out", rows - trainRows, counted.getAs("testPositives"));
      for (String column : used) {
        if (counted.<Long>getAs("has_" + column) == 0) {
          throw new Mistake(
              given + ", column " + column + ": no training row has a value; the model needs some");
        }
      }
      return new SplitRows(
          spread(faults == 0 ? all : all.filter(sound), rows),
          source.columns(),
          trainRows,
          rows - trainRows,
          new ArrayList<>());
    } catch (IOException | RuntimeException e) {
      all.unpersist();
      throw e;
    }
  }

  private static Dataset<Row> spread(Dataset<Row> all, long rows) {
    if (rows <= ROWS_A_PARTITION) {
      return all;
    }
    Dataset<Row> spread = all.repartition((int) (rows / ROWS_A_PARTITION) + 1).persist();
    Steps.describe(all.sparkSession(), "spread the rows", spread::count);
    all.unpersist();
    return spread;
  }

  private static void checkClasses(String given, String part, long rows, long positives) {
    if (positives == 0 || positives == rows) {
      throw new Mistake(
          given
              + ": of "
              + rows
              + " "
              + part
              + " rows "
              + positives
              + " are yes; fitting and evaluating needs rows of both kinds in either part: give more"
              + " rows");
    }
  }

  static Column isIn(String part) {
    return col(SPLIT).equalTo(part);
  }

  Dataset<Row> part(String name) {
    return all.filter(isIn(name));
  }

  /** Keeps a derived table in memory until these rows are closed. */
  Dataset<Row> keep(Dataset<Row> derived) {
    Dataset<Row> persisted = derived.persist();
    kept.add(persisted);
    return persisted;
  }

  long rows() {
    return trainRows + testRows;
  }

  @Override
  public void close() {
    kept.forEach(Dataset::unpersist);
    all.unpersist();
  }
}
