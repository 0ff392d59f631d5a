package io.escala.spark.train;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.shiftrightunsigned;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.escala.spark.Mistake;
import io.escala.spark.Steps;
import io.escala.spark.data.BadRows;
import io.escala.spark.data.BankColumn;
import io.escala.spark.data.BankColumns;
import io.escala.spark.data.BankRows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Rows with a hash of their content and the seed. Whatever is decided by the hash is the same for
 * the same rows, however they are cut into files and partitions; equal rows stay together, so that
 * none is on both sides of a split.
 *
 * @param all the data columns, the label, {@link #HASH}, and where each row stood in its file
 * @param kept what is persisted, bad rows included
 * @param columns the data columns in the order of the file
 */
record HashedRows(
    Dataset<Row> all, Dataset<Row> kept, List<String> columns, long rows, long positives)
    implements AutoCloseable {
  static final String HASH = "_hash";

  /** How many buckets a hash falls into. */
  static final int BUCKETS = 1 << 16;

  private static final int SHIFT = 48;

  /**
   * Reads the rows once, into memory and onto disk.
   *
   * @param bad decides about rows that break the contract
   * @param used the columns that the model reads
   * @throws Mistake if a row breaks the contract, a used column has no value, or a class has too
   *     few rows
   */
  static HashedRows of(BankRows source, BadRows bad, String given, List<String> used, long seed)
      throws IOException {
    List<Column> content = new ArrayList<>(List.of(lit(seed), col(BankColumns.LABEL)));
    BankColumns.FEATURES.stream().map(BankColumn::name).forEach(c -> content.add(col(c)));
    Dataset<Row> all =
        source
            .placed()
            .withColumn(HASH, xxhash64(content.toArray(Column[]::new)))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      List<Column> counts = new ArrayList<>();
      counts.add(BankRows.faulty());
      Column sound = col(BankRows.FAULT).isNull();
      counts.add(sum(when(sound, col(BankColumns.LABEL))).as("positives"));
      used.forEach(c -> counts.add(count(when(sound, col(c))).as("has_" + c)));
      Row counted =
          Steps.describe(
              all.sparkSession(),
              "read the rows",
              () -> all.agg(BankRows.counted(), counts.toArray(Column[]::new)).first());
      long faults = counted.getAs("faults");
      long rows = counted.<Long>getAs("rows") - faults;
      bad.settle(source, rows + faults, faults);
      for (String column : used) {
        if (counted.<Long>getAs("has_" + column) == 0) {
          throw new Mistake(
              given + ", column " + column + ": no training row has a value; the model needs some");
        }
      }
      return new HashedRows(
          faults == 0 ? all : all.filter(sound),
          all,
          source.columns(),
          rows,
          counted.getAs("positives"));
    } catch (IOException | RuntimeException e) {
      all.unpersist();
      throw e;
    }
  }

  /** A number from 0 to {@link #BUCKETS} - 1, independent for each purpose. */
  static Column bucket(String purpose) {
    return shiftrightunsigned(xxhash64(col(HASH), lit(purpose)), SHIFT);
  }

  /** Whether a row is one of about so many, chosen by hash. */
  Column isAmong(long some, long of) {
    return some >= of ? lit(true) : bucket("sample").lt(Math.round((double) BUCKETS * some / of));
  }

  /** How the buckets of this purpose fill, by class. */
  Strata strata(String purpose) {
    Dataset<Row> counts = all.groupBy(col(BankColumns.LABEL), bucket(purpose).as("bucket")).count();
    return Strata.of(
        Steps.describe(all.sparkSession(), "count rows for the " + purpose, counts::collectAsList));
  }

  /**
   * Whether a row is among the last of the input, in the order of files and of the rows in them.
   *
   * @param share of the rows that come before, 0 to 1
   */
  Column isAfter(double share) {
    Dataset<Row> pieces =
        all.groupBy(BankRows.FILE, BankRows.BLOCK)
            .agg(
                min(BankRows.ROW).as("first"),
                count(lit(1)).as("rows"),
                max(BankRows.ROW).as("last"))
            .orderBy(BankRows.FILE, BankRows.BLOCK);
    List<Row> found =
        Steps.describe(
            all.sparkSession(), "find the order of the rows", () -> pieces.collectAsList());
    long before = Math.round(share * rows);
    for (Row piece : found) {
      long here = piece.getLong(3);
      if (before < here) {
        long cut =
            here == piece.getLong(4) - piece.getLong(2) + 1
                ? piece.getLong(2) + before
                : rowWithGaps(piece, (int) before);
        Column file = col(BankRows.FILE);
        Column block = col(BankRows.BLOCK);
        return file.gt(piece.getString(0))
            .or(
                file.equalTo(piece.getString(0))
                    .and(
                        block
                            .gt(piece.getLong(1))
                            .or(block.equalTo(piece.getLong(1)).and(col(BankRows.ROW).geq(cut)))));
      }
      before -= here;
    }
    return lit(false);
  }

  /** The number of the row before which so many rows of a piece lie, some having been set aside. */
  private long rowWithGaps(Row piece, int before) {
    Dataset<Row> numbers =
        all.filter(
                col(BankRows.FILE)
                    .equalTo(piece.getString(0))
                    .and(col(BankRows.BLOCK).equalTo(piece.getLong(1))))
            .select(BankRows.ROW)
            .orderBy(BankRows.ROW)
            .offset(before)
            .limit(1);
    return Steps.describe(
        all.sparkSession(), "find the order of the rows", () -> numbers.first().getLong(0));
  }

  /** How many rows of a part there are, and how many of them are yes. */
  Part part(Column in, String what) {
    Row counted =
        Steps.describe(
            all.sparkSession(),
            what + ": count rows",
            () ->
                all.agg(
                        count(when(in, 1)).as("rows"),
                        count(when(in.and(col(BankColumns.LABEL).equalTo(1)), 1)).as("positives"))
                    .first());
    return new Part(counted.getLong(0), counted.getLong(1));
  }

  /** How many rows a part has, and how many of them are yes. */
  record Part(long rows, long positives) {
    boolean hasBothClasses(long atLeast) {
      return positives >= atLeast && rows - positives >= atLeast;
    }
  }

  @Override
  public void close() {
    kept.unpersist();
  }
}
