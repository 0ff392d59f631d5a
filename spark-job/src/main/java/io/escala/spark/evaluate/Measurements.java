package io.escala.spark.evaluate;

import java.util.List;
import java.util.Optional;

/**
 * What was measured of one training run.
 *
 * @param trainRows fitted to
 * @param heldOut on the rows held out
 * @param folds of cross-validation, or none
 * @param timeSplit fitted to the earlier rows and evaluated on the later ones
 */
public record Measurements(
    long trainRows,
    HeldOutEvaluation heldOut,
    List<HeldOutMetrics> folds,
    Optional<TimeSplit> timeSplit) {

  /** The same recipe on rows in the order of time. */
  public record TimeSplit(long trainRows, HeldOutMetrics metrics) {}

  public Measurements {
    folds = List.copyOf(folds);
  }
}
