package io.escala.spark.train;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.escala.spark.data.BankColumns;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;

/** How many rows of either class lie in each bucket: enough to cut both classes alike. */
final class Strata {
  private final long[][] counts = new long[2][HashedRows.BUCKETS];

  private Strata() {}

  /**
   * From counts.
   *
   * @param counted label, bucket, count
   */
  static Strata of(List<Row> counted) {
    Strata strata = new Strata();
    for (Row row : counted) {
      strata.counts[row.getInt(0)][(int) row.getLong(1)] = row.getLong(2);
    }
    return strata;
  }

  /** The bucket before which the share of a class lies, as nearly as buckets allow. */
  private long cut(int label, double share) {
    long total = 0;
    for (long count : counts[label]) {
      total += count;
    }
    double wanted = share * total;
    long before = 0;
    for (int bucket = 0; bucket < HashedRows.BUCKETS; bucket++) {
      if (before + counts[label][bucket] / 2.0 > wanted) {
        return bucket;
      }
      before += counts[label][bucket];
    }
    return HashedRows.BUCKETS;
  }

  /** Whether a row is in the first part, which has this share of either class. */
  Column isFirst(Column bucket, double share) {
    return when(isPositive(), bucket.lt(cut(1, share))).otherwise(bucket.lt(cut(0, share)));
  }

  /** Which of so many folds a row is in, from 0; each has the same share of either class. */
  Column fold(Column bucket, int folds) {
    return when(isPositive(), fold(bucket, folds, 1)).otherwise(fold(bucket, folds, 0));
  }

  private Column fold(Column bucket, int folds, int label) {
    Column fold = lit(0);
    for (int i = 1; i < folds; i++) {
      fold = when(bucket.geq(cut(label, (double) i / folds)), i).otherwise(fold);
    }
    return fold;
  }

  private static Column isPositive() {
    return col(BankColumns.LABEL).equalTo(1);
  }
}
