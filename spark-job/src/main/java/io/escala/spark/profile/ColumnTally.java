package io.escala.spark.profile;

import java.io.Serializable;

/** Counts the values of one column. Sums only: the order of rows and of merging does not matter. */
interface ColumnTally extends Serializable {
  /**
   * Counts a row.
   *
   * @param value null if missing
   */
  void add(Object value, boolean positive);

  /** Adds what another tally of the same column counted. */
  void merge(ColumnTally other);

  ColumnProfile profile(String name, String type);
}
