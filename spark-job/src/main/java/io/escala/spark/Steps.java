package io.escala.spark;

import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;

/** Names what the job does for people: the progress lines and Spark's own UI show it. */
public final class Steps {
  private Steps() {}

  /** Does the work; Spark jobs that it starts carry the description. */
  public static <T> T describe(SparkSession spark, String description, Supplier<T> work) {
    spark.sparkContext().setJobDescription(description);
    try {
      return work.get();
    } finally {
      spark.sparkContext().setJobDescription(null);
    }
  }
}
