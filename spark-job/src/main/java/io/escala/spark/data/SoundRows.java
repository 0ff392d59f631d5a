package io.escala.spark.data;

import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The rows that keep the contract, and what reading them counts.
 *
 * @param rows the data columns in the order of the file and the label; to be read once
 * @param counts of that reading, once it is over
 */
public record SoundRows(Dataset<Row> rows, Callable<Counts> counts) {

  /**
   * How many rows there are.
   *
   * @param sound that keep the contract
   * @param faults that break it
   * @param unlisted with a text that the contract allows but does not list
   */
  public record Counts(long sound, long faults, long unlisted) {}
}
