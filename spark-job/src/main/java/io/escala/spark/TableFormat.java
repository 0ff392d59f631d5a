package io.escala.spark;

import java.util.Map;
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

  /**
   * CSV as RFC 4180 has it, which all others read: a header, and a quote within quotes twice. Spark
   * alone would put a backslash before it, and take the space off both ends of a text.
   */
  private static final Map<String, String> LAYOUT =
      Map.of(
          "header", "true",
          "escape", "\"",
          "ignoreLeadingWhiteSpace", "false",
          "ignoreTrailingWhiteSpace", "false");

  /** Writes to a folder that does not exist yet; CSV gets a header. */
  public void write(Dataset<Row> table, Path folder) {
    table
        .write()
        .format(name())
        .options(LAYOUT)
        // How much memory each page would take: nobody reads it, and it is a tenth of the writing
        .option("parquet.size.statistics.enabled", false)
        .save(folder.toString());
  }

  /** Reads what was written. */
  Dataset<Row> read(SparkSession spark, StructType schema, Path folder) {
    return spark.read().format(name()).schema(schema).options(LAYOUT).load(folder.toString());
  }
}
