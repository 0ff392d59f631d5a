package io.escala.spark.train;

import static java.util.Objects.requireNonNull;

import java.util.OptionalInt;

/**
 * How recipe {@code full} fits and evaluates.
 *
 * @param settings the algorithm and its hyper-parameters; where they start if {@code tune}
 * @param tune whether hyper-parameters are searched by cross-validation of the training rows
 * @param withDuration whether the model may read the column {@code duration}, which is known only
 *     after the call
 * @param classWeight how much the rarer class counts in the fit
 * @param split which rows are held out
 * @param folds if present, every row is held out once, in this many turns, and {@code split} does
 *     not matter
 * @param timeCheck whether a second model is fitted to the first rows of the file and measured on
 *     the last, where the input has an order
 */
public record FullOptions(
    Settings settings,
    boolean tune,
    boolean withDuration,
    ClassWeight classWeight,
    Split split,
    OptionalInt folds,
    boolean timeCheck) {

  public FullOptions {
    requireNonNull(settings, "settings is null");
    requireNonNull(classWeight, "classWeight is null");
    requireNonNull(split, "split is null");
    if (folds.isPresent() && folds.getAsInt() < 2) {
      throw new IllegalArgumentException("folds is " + folds.getAsInt());
    }
  }

  /** How much a row counts in the fit. */
  public enum ClassWeight {
    /** All the same. */
    NONE,
    /** Both classes the same in sum; the probabilities are corrected for it afterwards. */
    BALANCED
  }

  /** Which rows are held out. */
  public enum Split {
    /** By a hash of the row. */
    RANDOM,
    /** By a hash of the row, the same share of either class. */
    STRATIFIED,
    /** The last rows of the file. */
    TIME
  }
}
