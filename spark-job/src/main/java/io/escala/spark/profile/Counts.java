package io.escala.spark.profile;

import java.io.Serializable;

/** Rows, and how many of them are positive. */
final class Counts implements Serializable {
  private static final long serialVersionUID = 1L;

  long rows;
  long positives;

  void add(boolean positive) {
    rows++;
    positives += positive ? 1 : 0;
  }

  void add(Counts other) {
    rows += other.rows;
    positives += other.positives;
  }
}
