package io.escala.spark.segments;

import java.io.Serializable;

/**
 * What counts as small and large: fixed numbers, none of which depends on the machine.
 *
 * @param few segments of fewer rows are measured by folds
 * @param large segments of more rows are fitted in chunks, all cores on one segment
 * @param chunk about how many rows of a large segment are one chunk
 * @param task about how many rows of small segments one task gets
 * @param segments how many segments there may be
 */
record Sizes(int few, long large, long chunk, long task, long segments) implements Serializable {
  static final Sizes STANDARD = new Sizes(1_000, 500_000, 100_000, 200_000, 1_000_000);
}
