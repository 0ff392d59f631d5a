package io.escala.localaws.emr;

import java.io.IOException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A small Spark job: CSV in, Parquet out, and the number of rows on standard output. */
public final class CountingJob {
  private CountingJob() {}

  public static void main(String[] args) throws IOException {
    try (SparkSession spark = SparkSession.builder().getOrCreate()) {
      Dataset<Row> rows = spark.read().option("header", "true").csv(args[0]);
      rows.write().mode("overwrite").parquet(args[1]);
      System.out.println(spark.read().parquet(args[1]).count() + " rows");
    }
  }
}
