package io.escala.spark.evaluate;

import io.escala.spark.evaluate.HeldOutMetrics.Scored;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Everything that is said about a model on held-out rows. The figures are exact; the curves have at
 * most {@link #MAX_POINTS} points each, however many rows there are.
 *
 * @param threshold the model says positive when the probability is greater
 * @param metrics at that threshold
 * @param bestF1 the threshold that would have been best here, in hindsight
 * @param calibrationError expected calibration error: the mean over the deciles of the distance
 *     between mean probability and rate
 * @param deciles ten, by falling probability
 * @param thresholds some others to choose from
 * @param roc from (0, 0) to (1, 1)
 * @param precisionRecall by rising recall, up to 1
 */
public record HeldOutEvaluation(
    double threshold,
    HeldOutMetrics metrics,
    BestF1 bestF1,
    double calibrationError,
    List<Decile> deciles,
    List<AtThreshold> thresholds,
    List<RocPoint> roc,
    List<PrecisionRecallPoint> precisionRecall) {

  /** How many points a curve has at most. */
  public static final int MAX_POINTS = 400;

  private static final double[] THRESHOLDS = {0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};

  public HeldOutEvaluation {
    deciles = List.copyOf(deciles);
    thresholds = List.copyOf(thresholds);
    roc = List.copyOf(roc);
    precisionRecall = List.copyOf(precisionRecall);
  }

  /**
   * The same when it is not known how many rows there are: holds the groups until they are counted.
   *
   * @param scored by falling probability, rows of the same probability in one group
   */
  public static HeldOutEvaluation of(Iterator<Scored> scored, double threshold) {
    List<Scored> groups = new ArrayList<>();
    long positives = 0;
    long negatives = 0;
    while (scored.hasNext()) {
      Scored group = scored.next();
      groups.add(group);
      positives += group.positives();
      negatives += group.negatives();
    }
    return of(positives, negatives, groups.iterator(), threshold);
  }

  /**
   * Walks through the scores once, in memory that does not grow with them.
   *
   * @param positives how many positive rows the walk will meet, at least one
   * @param negatives how many negative ones, at least one
   * @param scored by falling probability
   * @param threshold the model says positive when the probability is greater
   * @throws IllegalArgumentException if a class is absent, probabilities do not fall, or the walk
   *     meets other numbers of rows
   */
  public static HeldOutEvaluation of(
      long positives, long negatives, Iterator<Scored> scored, double threshold) {
    MetricsTally metrics = new MetricsTally(threshold);
    BestF1Tally best = new BestF1Tally(positives);
    DecileTally deciles = new DecileTally(positives, negatives);
    List<ConfusionTally> others =
        DoubleStream.of(THRESHOLDS).mapToObj(ConfusionTally::new).toList();
    RocTally roc = new RocTally(positives, negatives);
    PrecisionRecallTally precisionRecall = new PrecisionRecallTally(positives);
    while (scored.hasNext()) {
      Scored group = scored.next();
      if (group.rows() == 0) {
        continue;
      }
      metrics.add(group);
      best.add(group);
      deciles.add(group);
      others.forEach(o -> o.add(group));
      roc.add(group);
      precisionRecall.add(group);
    }
    HeldOutMetrics measured = metrics.metrics();
    Confusion met = measured.confusion();
    if (met.truePositives() + met.falseNegatives() != positives
        || met.rows() - positives != negatives) {
      throw new IllegalArgumentException(
          "expected "
              + positives
              + " positive and "
              + negatives
              + " negative rows, but met "
              + (met.truePositives() + met.falseNegatives())
              + " and "
              + (met.falsePositives() + met.trueNegatives()));
    }
    return new HeldOutEvaluation(
        threshold,
        measured,
        best.best(),
        deciles.calibrationError(),
        deciles.deciles(),
        others.stream().map(o -> new AtThreshold(o.threshold(), o.confusion())).toList(),
        roc.points(),
        precisionRecall.points());
  }
}
