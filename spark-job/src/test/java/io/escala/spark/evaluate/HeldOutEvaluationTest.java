package io.escala.spark.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.escala.spark.evaluate.HeldOutMetrics.Scored;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeldOutEvaluationTest {
  private static final double TINY = 1e-12;

  /*
   * The expected numbers are what this prints:
   *
   * i = np.arange(1000); p = (i * 7919 % 1000) / 1000.0
   * y = (i * 104729 % 1000 / 1000.0 < p * p).astype(int)
   * roc_auc_score(y, p), average_precision_score(y, p), brier_score_loss(y, p),
   * log_loss(y, np.clip(p, 1e-15, 1 - 1e-15)), confusion_matrix(y, p > .5).ravel()
   * pr, rc, t = precision_recall_curve(y, p); f = 2 * pr * rc / (pr + rc); f.max(), t[f.argmax()]
   * o = np.argsort(-p); Y = y[o].reshape(10, 100); P = p[o].reshape(10, 100)
   * Y.mean(1), P.mean(1), Y.sum(1).cumsum() / y.sum(), abs(Y.mean(1) - P.mean(1)).mean()
   */
  private static HeldOutEvaluation ofScikitLearnsRows() {
    List<Scored> rows = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      double p = i * 7919 % 1000 / 1000.0;
      boolean positive = i * 104729 % 1000 / 1000.0 < p * p;
      rows.add(new Scored(p, positive ? 1 : 0, positive ? 0 : 1));
    }
    rows.sort((a, b) -> Double.compare(b.probability(), a.probability()));
    return HeldOutEvaluation.of(335, 665, rows.iterator(), 0.5);
  }

  @Test
  void shouldGiveTheFiguresOfScikitLearn() {
    HeldOutMetrics metrics = ofScikitLearnsRows().metrics();

    assertThat(metrics.rocAuc()).isCloseTo(0.8725889350241275, within(TINY));
    assertThat(metrics.averagePrecision()).isCloseTo(0.7934758682965758, within(TINY));
    assertThat(metrics.logLoss()).isCloseTo(0.49809089766935083, within(TINY));
    assertThat(metrics.brier()).isCloseTo(0.1671615, within(TINY));
    assertThat(metrics.confusion()).isEqualTo(new Confusion(295, 204, 461, 40));
    assertThat(metrics.accuracy()).isCloseTo(0.756, within(TINY));
    assertThat(metrics.precision()).isCloseTo(0.591182364729459, within(TINY));
    assertThat(metrics.recall()).isCloseTo(0.8805970149253731, within(TINY));
    assertThat(metrics.f1()).isCloseTo(0.7074340527577938, within(TINY));
  }

  @Test
  void shouldPutTheBestThresholdBetweenTheProbabilitiesThatScikitLearnFinds() {
    BestF1 best = ofScikitLearnsRows().bestF1();

    // scikit-learn calls 0.624 and more positive; the next lower one is 0.623
    assertThat(best.threshold()).isCloseTo(0.6235, within(TINY));
    assertThat(best.f1()).isCloseTo(0.7426160337552743, within(TINY));
  }

  @Test
  void shouldGiveTheDecilesOfNumpy() {
    HeldOutEvaluation evaluation = ofScikitLearnsRows();

    assertThat(evaluation.deciles().stream().map(Decile::rate).map(HeldOutEvaluationTest::rounded))
        .containsExactly(0.91, 0.73, 0.57, 0.43, 0.31, 0.2, 0.12, 0.06, 0.02, 0.0);
    assertThat(
            evaluation.deciles().stream()
                .map(Decile::meanProbability)
                .map(HeldOutEvaluationTest::rounded))
        .containsExactly(
            0.9495, 0.8495, 0.7495, 0.6495, 0.5495, 0.4495, 0.3495, 0.2495, 0.1495, 0.0495);
    assertThat(evaluation.deciles().get(1).gain()).isCloseTo(0.48955223880597015, within(TINY));
    assertThat(evaluation.deciles().get(1).cumulativeLift()).isCloseTo(0.82 / 0.335, within(TINY));
    assertThat(evaluation.deciles().get(9).gain()).isCloseTo(1, within(TINY));
    assertThat(evaluation.calibrationError()).isCloseTo(0.1645, within(TINY));
  }

  @Test
  void shouldShareTiesOutToTheDecilesTheyStraddle() {
    // given the fifteen highest of a hundred rows tied, nine of them positive
    HeldOutEvaluation evaluation = of(new Scored(0.8, 9, 6), new Scored(0.1, 1, 84));

    // then ten of the fifteen go to the first decile, with two thirds of the nine
    assertThat(evaluation.deciles().get(0).positives()).isCloseTo(6, within(TINY));
    assertThat(evaluation.deciles().get(1).positives()).isCloseTo(3 + 5 / 85.0, within(TINY));
    assertThat(evaluation.deciles().get(1).meanProbability()).isCloseTo(0.45, within(TINY));
    assertThat(evaluation.deciles()).allMatch(d -> Math.abs(d.rows() - 10) < TINY);
  }

  @Test
  void shouldFillTenDecilesFromFewerRows() {
    HeldOutEvaluation evaluation = of(new Scored(0.9, 1, 0), new Scored(0.2, 0, 2));

    assertThat(evaluation.deciles()).hasSize(10).allMatch(d -> Math.abs(d.rows() - 0.3) < TINY);
    assertThat(evaluation.deciles().stream().mapToDouble(Decile::positives).sum())
        .isCloseTo(1, within(TINY));
  }

  @Test
  void shouldKeepEveryPointOfAShortCurve() {
    HeldOutEvaluation evaluation =
        of(new Scored(0.9, 1, 0), new Scored(0.5, 1, 1), new Scored(0.2, 0, 2));

    assertThat(evaluation.roc())
        .containsExactly(
            new RocPoint(0, 0, Double.POSITIVE_INFINITY),
            new RocPoint(0, 0.5, 0.9),
            new RocPoint(1 / 3.0, 1, 0.5),
            new RocPoint(1, 1, 0.2));
    assertThat(evaluation.precisionRecall())
        .containsExactly(
            new PrecisionRecallPoint(0.5, 1, 0.9),
            new PrecisionRecallPoint(1, 2 / 3.0, 0.5),
            new PrecisionRecallPoint(1, 2 / 5.0, 0.2));
  }

  @Test
  void shouldThinTheCurvesOfAMillionGroupsWithoutBendingThem() {
    // given probabilities of which this share, p * p, is positive in every tenth
    int groups = 1_000_000;
    Iterator<Scored> scored =
        IntStream.range(0, groups)
            .mapToObj(i -> group((groups - i) / (double) groups, i))
            .iterator();
    long positives =
        IntStream.range(0, groups)
            .mapToLong(i -> group((groups - i) / (double) groups, i).positives())
            .sum();

    // when
    HeldOutEvaluation evaluation = HeldOutEvaluation.of(positives, groups - positives, scored, 0.5);

    // then
    List<RocPoint> roc = evaluation.roc();
    assertThat(roc).hasSizeBetween(150, HeldOutEvaluation.MAX_POINTS);
    assertThat(roc.get(roc.size() - 1)).isEqualTo(new RocPoint(1, 1, 1e-6));
    assertThat(area(roc)).isCloseTo(evaluation.metrics().rocAuc(), within(1e-4));
    assertThat(evaluation.precisionRecall()).hasSizeBetween(150, HeldOutEvaluation.MAX_POINTS);
    assertThat(evaluation.precisionRecall().get(0).probability()).isEqualTo(1);
    assertThat(area(evaluation.precisionRecall()))
        .isCloseTo(evaluation.metrics().averagePrecision(), within(2e-3));
  }

  private static Scored group(double p, int i) {
    boolean positive = i * 7919L % 1000 / 1000.0 < p * p;
    return new Scored(p, positive ? 1 : 0, positive ? 0 : 1);
  }

  private static double area(List<?> points) {
    double area = 0;
    for (int i = 1; i < points.size(); i++) {
      if (points.get(i) instanceof RocPoint b && points.get(i - 1) instanceof RocPoint a) {
        area += (b.falsePositiveRate() - a.falsePositiveRate()) * (a.recall() + b.recall()) / 2;
      } else if (points.get(i) instanceof PrecisionRecallPoint b
          && points.get(i - 1) instanceof PrecisionRecallPoint a) {
        area += (b.recall() - a.recall()) * (a.precision() + b.precision()) / 2;
      }
    }
    return area;
  }

  @Test
  void shouldDefineEveryFigureWhenAllRowsShareOneProbability() {
    HeldOutEvaluation evaluation = of(new Scored(0.3, 1, 3));

    assertThat(evaluation.metrics().rocAuc()).isEqualTo(0.5);
    assertThat(evaluation.bestF1()).isEqualTo(new BestF1(0.15, 0.4));
    assertThat(evaluation.calibrationError()).isCloseTo(0.05, within(TINY));
    assertThat(of(new Scored(0, 1, 3)).bestF1()).isEqualTo(new BestF1(0, 0));
  }

  @Test
  void shouldFindAThresholdBetweenNeighbouringNumbers() {
    double higher = Math.nextUp(0.5);

    BestF1 best = of(new Scored(higher, 3, 0), new Scored(0.5, 0, 3)).bestF1();

    assertThat(best).isEqualTo(new BestF1(0.5, 1));
  }

  @Test
  void shouldRefuseWhatCannotBeMeasured() {
    assertThatThrownBy(() -> of(new Scored(0.2, 0, 3)))
        .hasMessage(
            "metrics need rows of both classes, but there are 0 positive and 3 negative ones");
    assertThatThrownBy(() -> of(new Scored(0.2, 1, 3), new Scored(0.4, 1, 3)))
        .hasMessageContaining("0.4 follows 0.2");
    assertThatThrownBy(() -> new Scored(Double.NaN, 1, 3)).hasMessageContaining("NaN");
    assertThatThrownBy(
            () -> HeldOutEvaluation.of(2, 3, List.of(new Scored(0.2, 1, 3)).iterator(), 0.5))
        .hasMessage("expected 2 positive and 3 negative rows, but met 1 and 3");
  }

  private static double rounded(double value) {
    return Math.round(value * 1e9) / 1e9;
  }

  private static HeldOutEvaluation of(Scored... scored) {
    long positives = List.of(scored).stream().mapToLong(Scored::positives).sum();
    long negatives = List.of(scored).stream().mapToLong(Scored::negatives).sum();
    return HeldOutEvaluation.of(positives, negatives, List.of(scored).iterator(), 0.5);
  }
}
