package io.escala.spark.evaluate;

import io.escala.spark.evaluate.HeldOutMetrics.Scored;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps at most {@link HeldOutEvaluation#MAX_POINTS} points of the curve, both ends among them.
 * Along the curve, which is 2 long from corner to corner, what is left out lies within a step of
 * what is kept; two kept pairs in a row cover more than a step, which bounds their number.
 */
final class RocTally {
  private static final double STEP = 4.0 / (HeldOutEvaluation.MAX_POINTS - 4);

  private final double positivesOfAll;
  private final double negativesOfAll;
  private final List<RocPoint> kept = new ArrayList<>();
  private RocPoint last = new RocPoint(0, 0, Double.POSITIVE_INFINITY);
  private long positives;
  private long negatives;

  RocTally(long positives, long negatives) {
    this.positivesOfAll = positives;
    this.negativesOfAll = negatives;
    kept.add(last);
  }

  void add(Scored group) {
    positives += group.positives();
    negatives += group.negatives();
    RocPoint point =
        new RocPoint(negatives / negativesOfAll, positives / positivesOfAll, group.probability());
    RocPoint anchor = kept.get(kept.size() - 1);
    if (distance(anchor, point) > STEP && !last.equals(anchor)) {
      kept.add(last);
    }
    if (distance(kept.get(kept.size() - 1), point) > STEP) {
      kept.add(point);
    }
    last = point;
  }

  private static double distance(RocPoint a, RocPoint b) {
    return b.falsePositiveRate() - a.falsePositiveRate() + b.recall() - a.recall();
  }

  List<RocPoint> points() {
    if (!kept.get(kept.size() - 1).equals(last)) {
      kept.add(last);
    }
    return List.copyOf(kept);
  }
}
