package io.escala.spark.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class HeldOutMetricsTest {
  private static final double TINY = 1e-12;

  @Test
  void shouldComputeWhatScikitLearnDocumentsForItsExample() {
    // given y_true 0 0 1 1 and y_score 0.1 0.4 0.35 0.8
    HeldOutMetrics metrics =
        of(scored(0.8, 1, 0), scored(0.4, 0, 1), scored(0.35, 1, 0), scored(0.1, 0, 1));

    // then
    assertThat(metrics.rocAuc()).isCloseTo(0.75, within(TINY));
    assertThat(metrics.averagePrecision()).isCloseTo(0.5 * 1 + 0.5 * 2 / 3, within(TINY));
    assertThat(metrics.logLoss())
        .isCloseTo(
            -(Math.log(0.8) + Math.log(0.6) + Math.log(0.35) + Math.log(0.9)) / 4, within(TINY));
  }

  @Test
  void shouldCountTiesHalf() {
    HeldOutMetrics metrics = of(scored(0.5, 3, 5));

    assertThat(metrics.rocAuc()).isEqualTo(0.5);
    assertThat(metrics.averagePrecision()).isCloseTo(3 / 8.0, within(TINY));
  }

  @Test
  void shouldSayYesOnlyAboveTheThreshold() {
    HeldOutMetrics metrics = of(scored(0.9, 2, 1), scored(0.5, 4, 0), scored(0.2, 1, 8));

    assertThat(metrics.truePositives()).isEqualTo(2);
    assertThat(metrics.falsePositives()).isEqualTo(1);
    assertThat(metrics.trueNegatives()).isEqualTo(8);
    assertThat(metrics.falseNegatives()).isEqualTo(5);
    assertThat(metrics.accuracy()).isEqualTo(10 / 16.0);
    assertThat(metrics.majorityAccuracy()).isEqualTo(9 / 16.0);
    assertThat(metrics.precision()).isEqualTo(2 / 3.0);
    assertThat(metrics.recall()).isEqualTo(2 / 7.0);
    assertThat(metrics.f1()).isCloseTo(4 / 10.0, within(TINY));
  }

  @Test
  void shouldNotDivideByNothingWhenNoRowIsCalledPositive() {
    HeldOutMetrics metrics = of(scored(0.2, 1, 3));

    assertThat(metrics.precision()).isZero();
    assertThat(metrics.f1()).isZero();
  }

  @Test
  void shouldRefuseRowsOfOneClass() {
    assertThatThrownBy(() -> of(scored(0.2, 0, 3))).hasMessageContaining("both classes");
  }

  private static HeldOutMetrics.Scored scored(double probability, long positives, long negatives) {
    return new HeldOutMetrics.Scored(probability, positives, negatives);
  }

  private static HeldOutMetrics of(HeldOutMetrics.Scored... scored) {
    return HeldOutMetrics.of(List.of(scored).iterator(), 0.5);
  }
}
