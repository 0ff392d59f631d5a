package io.escala.spark.data;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * What the tasks of one pass count while they read rows; a task that is tried again counts once.
 */
final class RowTally implements Serializable {
  private static final long serialVersionUID = 1L;

  private final LongAccumulator sound;
  private final LongAccumulator faults;
  private final LongAccumulator unlisted;

  RowTally(SparkContext spark) {
    sound = spark.longAccumulator();
    faults = spark.longAccumulator();
    unlisted = spark.longAccumulator();
  }

  void add(boolean isSound, boolean isUnlisted) {
    (isSound ? sound : faults).add(1L);
    if (isUnlisted) {
      unlisted.add(1L);
    }
  }

  SoundRows.Counts counts() {
    return new SoundRows.Counts(sound.sum(), faults.sum(), unlisted.sum());
  }
}
