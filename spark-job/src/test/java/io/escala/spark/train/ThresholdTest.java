package io.escala.spark.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.escala.spark.evaluate.HeldOutMetrics.Scored;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThresholdTest {
  @Test
  void shouldLieHalfWayBelowTheGroupThatGivesTheBestF1() {
    // F1 by threshold: 2*2/(2+5) = 0.57, 2*4/(8+5) = 0.62, 2*5/(28+5) = 0.30
    assertThat(threshold(scored(0.9, 2, 0), scored(0.6, 2, 4), scored(0.2, 1, 19))).isEqualTo(0.4);
  }

  @Test
  void shouldNotSeparateProbabilitiesThatDifferOnlyByRounding() {
    assertThat(threshold(scored(0.5, 5, 0), scored(0.5 - 1e-15, 0, 5), scored(0.1, 0, 90)))
        .isCloseTo(0.3, org.assertj.core.api.Assertions.within(1e-9));
  }

  @Test
  void shouldCallEveryRowYesIfThatIsBest() {
    assertThat(threshold(scored(0.8, 1, 1), scored(0.4, 5, 1))).isEqualTo(0.2);
  }

  private static double threshold(Scored... scored) {
    return Threshold.withBestF1(List.of(scored).iterator());
  }

  private static Scored scored(double probability, long positives, long negatives) {
    return new Scored(probability, positives, negatives);
  }
}
