package io.escala.spark.data;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.desc;
import static org.apache.spark.sql.functions.lit;

import io.escala.spark.Mistake;
import io.escala.spark.Steps;
import io.escala.spark.storage.StagedFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Applies a {@link BadRowPolicy} to one reading of rows. The caller counts rows and faults in a
 * pass that it makes anyway ({@link BankRows#counted}, {@link BankRows#faulty}), goes on with the
 * rows whose {@link BankRows#FAULT} is null, and publishes when its own output is published.
 *
 * <pre>{@code
 * try (BadRows bad = BadRows.of(conf, policy)) {
 *   ... one pass over source.rows() that counts ...
 *   bad.settle(source, rows, faults);
 *   ...
 *   bad.publish().forEach(out::println);
 * }
 * }</pre>
 */
public final class BadRows implements AutoCloseable {
  private final BadRowPolicy policy;
  private final StagedFolder aside;
  private final List<String> said = new ArrayList<>();

  private BadRows(BadRowPolicy policy, StagedFolder aside) {
    this.policy = policy;
    this.aside = aside;
  }

  /**
   * Nothing is written yet.
   *
   * @param keep the input and the output, which the folder for bad rows must not replace
   * @throws Mistake if that folder is there and was not written by an earlier run
   */
  public static BadRows of(Configuration conf, BadRowPolicy policy, Path... keep)
      throws IOException {
    if (policy.handling() == BadRowPolicy.Handling.fail) {
      return new BadRows(policy, null);
    }
    StagedFolder aside = StagedFolder.of(conf, policy.aside());
    for (Path path : keep) {
      aside.mustNotHold(path);
    }
    return new BadRows(policy, aside);
  }

  /**
   * Decides whether the run may go on, and writes the rows at fault, to be {@link #publish}ed.
   *
   * @param rows how many there are, those at fault included
   * @param faults how many are at fault
   * @throws Mistake that names the first five rows at fault, if they may not be there or are too
   *     many; or that says that no row is left
   */
  public void settle(BankRows source, long rows, long faults) throws IOException {
    if (aside == null) {
      source.check(rows, faults);
      return;
    }
    source.checkSome(rows);
    if (faults > rows * policy.mostShare()) {
      throw new Mistake(
          source.refusal(
              rows, faults, ", more than --max-bad-share " + percent(policy.mostShare())));
    }
    if (faults == rows) {
      throw new Mistake(source.refusal(rows, faults, ", so none is left"));
    }
    if (faults == 0) {
      aside.createEmpty();
      return;
    }
    Dataset<Row> all = source.search().all();
    SparkSession spark = all.sparkSession();
    Steps.describe(
        spark,
        "write " + faults + " bad rows aside",
        () -> {
          all.write().option("ignoreNullFields", false).json(aside.path().toString());
          return null;
        });
    Dataset<Row> reasons =
        spark
            .read()
            .schema(FaultSearch.WRITTEN)
            .json(aside.path().toString())
            .groupBy("column", "reason")
            .agg(count(lit(1)).as("rows"))
            .orderBy(desc("rows"), col("column"), col("reason"));
    long written = 0;
    for (Row reason : Steps.describe(spark, "count the reasons", () -> reasons.collectAsList())) {
      written += reason.getLong(2);
      said.add(
          String.format(
              Locale.ROOT,
              "         %d: %s%s",
              reason.getLong(2),
              reason.isNullAt(0) ? "" : "column " + reason.getString(0) + " ",
              reason.getString(1)));
    }
    if (written != faults) {
      throw new Mistake(
          "of "
              + faults
              + " bad rows "
              + written
              + " were found again to be written aside: the input changed while it was read; run"
              + " again");
    }
    said.add(0, "bad      " + faults + " of " + rows + " rows, written to " + policy.aside());
  }

  /**
   * Puts the bad rows in their place, also if there are none: then the folder holds no rows.
   *
   * @return lines for a person, how many rows for which reason; none if no row was bad
   */
  public List<String> publish() throws IOException {
    if (aside != null) {
      aside.publish();
    }
    return List.copyOf(said);
  }

  static String percent(double share) {
    String digits = String.format(Locale.ROOT, "%.2f", share * 100);
    return digits.replaceFirst("\\.?0+$", "") + " %";
  }

  @Override
  public void close() throws IOException {
    if (aside != null) {
      aside.close();
    }
  }
}
