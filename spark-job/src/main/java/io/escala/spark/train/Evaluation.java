package io.escala.spark.train;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.desc;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;

import io.escala.spark.Steps;
import io.escala.spark.data.BankColumns;
import io.escala.spark.evaluate.HeldOutMetrics.Scored;
import java.util.Iterator;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/**
 * Scored rows as the stream that every figure is computed from. Up to {@link #EXACT_ROWS} rows each
 * distinct probability is a group of its own; beyond, probabilities of one hundred-thousandth and
 * one prediction share a group, so that the driver never holds more than that many.
 */
final class Evaluation {
  static final long EXACT_ROWS = 200_000;

  private static final double CELLS = 100_000;

  private Evaluation() {}

  /**
   * Streams the rows by falling probability.
   *
   * @param scored with {@code label}, {@code prediction} and {@code probability}
   * @param rows how many
   */
  static <T> T of(
      Dataset<Row> scored, long rows, String description, Function<Iterator<Scored>, T> figures) {
    Column probability = col(Training.PROBABILITY);
    Column positive = col(BankColumns.LABEL).cast(DataTypes.LongType);
    Column cell = rows <= EXACT_ROWS ? probability : floor(probability.multiply(CELLS));
    // The largest of a group: on the same side of the threshold as all of it, and the same whatever
    // the order in which rows come in
    Dataset<Row> grouped =
        scored
            .groupBy(cell.as("cell"), col(Training.PREDICTION))
            .agg(
                max(probability).as(Training.PROBABILITY),
                sum(positive).as("positives"),
                sum(lit(1L).minus(positive)).as("negatives"))
            .select(Training.PROBABILITY, "positives", "negatives")
            .orderBy(desc(Training.PROBABILITY));
    return Steps.describe(
        scored.sparkSession(),
        description,
        () ->
            figures.apply(
                grouped.collectAsList().stream()
                    .map(r -> new Scored(r.getDouble(0), r.getLong(1), r.getLong(2)))
                    .iterator()));
  }
}
