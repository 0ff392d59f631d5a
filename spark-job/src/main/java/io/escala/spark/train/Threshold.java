package io.escala.spark.train;

import io.escala.spark.evaluate.HeldOutMetrics.Scored;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The decision threshold with the best F1. */
final class Threshold {
  /** Two probabilities closer than this may differ by the order of additions only. */
  private static final double DISTINCT = 1e-9;

  private Threshold() {}

  /**
   * Half-way between two probabilities, so that no row lies on it.
   *
   * @param scored by falling probability, at least one row of either class
   */
  static double withBestF1(Iterator<Scored> scored) {
    List<Scored> groups = new ArrayList<>();
    long positives = 0;
    while (scored.hasNext()) {
      Scored group = scored.next();
      groups.add(group);
      positives += group.positives();
    }
    double best = -1;
    double threshold = 0.5;
    long truePositives = 0;
    long called = 0;
    for (int i = 0; i < groups.size(); i++) {
      Scored group = groups.get(i);
      truePositives += group.positives();
      called += group.positives() + group.negatives();
      double next = i + 1 < groups.size() ? groups.get(i + 1).probability() : 0;
      double f1 = 2.0 * truePositives / (called + positives);
      if (f1 > best && group.probability() - next > DISTINCT) {
        best = f1;
        threshold = (group.probability() + next) / 2;
      }
    }
    return threshold;
  }
}
