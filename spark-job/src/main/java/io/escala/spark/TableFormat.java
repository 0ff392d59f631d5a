package io.escala.spark;

import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** How a table is written. */
public enum TableFormat {
  parquet,
  csv,
  json;

  /** Writes to a folder that does not exist yet; CSV gets a header. */
  public void write(Dataset<Row> table, Path folder) {
    table
        .write()
        .format(name())
        .option("header", true)
        // How much memory each page would take: nobody reads it, and it is a tenth of the writing
        .option("parquet.size.statistics.enabled", false)
        .save(folder.toString());
  }

  /** Reads what was written. */
  Dataset<Row> read(SparkSession spark, StructType schema, Path folder) {
    return spark
        .read()
        .format(name())
        .schema(schema)
        .option("header", true)
        .load(folder.toString());
  }
}
