package io.escala.spark;

import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** How a table is written. */
public enum TableFormat {
  parquet,
  csv,
  json;

  /** Writes to a folder that does not exist yet; CSV gets a header. */
  public void write(Dataset<Row> table, Path folder) {
    table.write().format(name()).option("header", true).save(folder.toString());
  }
}
