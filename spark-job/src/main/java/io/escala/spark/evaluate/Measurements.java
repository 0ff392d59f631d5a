package io.escala.spark.evaluate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was measured of one training run.
 *
 * @param rows of the input
 * @param trainRows that the published model was fitted to; with folds all of them
 * @param heldOut on rows that the model which scored them had not seen
 * @param folds of cross-validation, or none
 * @param timeSplit fitted to the earlier rows and evaluated on the later ones
 */
public record Measurements(
    long rows,
    long trainRows,
    HeldOutEvaluation heldOut,
    List<HeldOutMetrics> folds,
    Optional<TimeSplit> timeSplit) {

  /** The same recipe on rows in the order of time. */
  public record TimeSplit(long trainRows, HeldOutMetrics metrics) {}

  public Measurements {
    folds = List.copyOf(folds);
  }

  /** Every figure by name, for the manifest. */
  public Map<String, Double> toMap() {
    Map<String, Double> all = new LinkedHashMap<>(heldOut.metrics().toMap());
    all.put("calibrationError", heldOut.calibrationError());
    if (!folds.isEmpty()) {
      FoldStatistics.of(folds)
          .forEach(
              (name, figure) -> {
                all.put("foldMean." + name, figure.mean());
                all.put("foldDeviation." + name, figure.deviation());
              });
    }
    timeSplit.ifPresent(
        t -> t.metrics().toMap().forEach((name, value) -> all.put("timeOrdered." + name, value)));
    return all;
  }
}
