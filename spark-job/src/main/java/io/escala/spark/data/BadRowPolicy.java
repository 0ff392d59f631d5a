package io.escala.spark.data;

import static java.util.Objects.requireNonNull;

import org.apache.hadoop.fs.Path;

/**
 * What is to happen when rows break the data contract.
 *
 * @param handling of such rows
 * @param mostShare of the rows, 0 to 1, that may be written aside; more is a failure
 * @param aside the folder for them
 */
public record BadRowPolicy(Handling handling, double mostShare, Path aside) {

  /** What to do with bad rows; spelled as the option spells it. */
  public enum Handling {
    /** One such row ends the run. */
    fail,
    /** They are written aside with the reason, and the run goes on with the others. */
    quarantine
  }

  public BadRowPolicy {
    requireNonNull(handling, "handling is null");
    if (!(mostShare >= 0 && mostShare <= 1)) {
      throw new IllegalArgumentException("mostShare is " + mostShare + ", but must be 0 to 1");
    }
    if (handling == Handling.quarantine) {
      requireNonNull(aside, "aside is null");
    }
  }

  /** Any such row ends the run. */
  public static BadRowPolicy failing() {
    return new BadRowPolicy(Handling.fail, 0, null);
  }
}
