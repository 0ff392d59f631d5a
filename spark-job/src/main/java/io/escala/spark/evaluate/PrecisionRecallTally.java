package io.escala.spark.evaluate;

import io.escala.spark.evaluate.HeldOutMetrics.Scored;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps at most {@link HeldOutEvaluation#MAX_POINTS} points of the curve: of each narrow band of
 * recall the first, the last, the highest and the lowest, so that its teeth stay.
 */
final class PrecisionRecallTally {
  private static final int BANDS = HeldOutEvaluation.MAX_POINTS / 4 - 1;

  private final double positivesOfAll;
  private final List<PrecisionRecallPoint> kept = new ArrayList<>();
  private int band = -1;
  private PrecisionRecallPoint first;
  private PrecisionRecallPoint last;
  private PrecisionRecallPoint highest;
  private PrecisionRecallPoint lowest;
  private long positives;
  private long rows;

  PrecisionRecallTally(long positives) {
    this.positivesOfAll = positives;
  }

  void add(Scored group) {
    positives += group.positives();
    rows += group.rows();
    PrecisionRecallPoint point =
        new PrecisionRecallPoint(
            positives / positivesOfAll, (double) positives / rows, group.probability());
    int of = (int) (point.recall() * BANDS);
    if (of != band) {
      flush();
      band = of;
      first = point;
      highest = point;
      lowest = point;
    }
    last = point;
    if (point.precision() > highest.precision()) {
      highest = point;
    }
    if (point.precision() < lowest.precision()) {
      lowest = point;
    }
  }

  private void flush() {
    if (first == null) {
      return;
    }
    boolean up = lowest.probability() > highest.probability();
    for (PrecisionRecallPoint point :
        List.of(first, up ? lowest : highest, up ? highest : lowest, last)) {
      if (kept.isEmpty() || point.probability() < kept.get(kept.size() - 1).probability()) {
        kept.add(point);
      }
    }
    first = null;
  }

  List<PrecisionRecallPoint> points() {
    flush();
    return List.copyOf(kept);
  }
}
