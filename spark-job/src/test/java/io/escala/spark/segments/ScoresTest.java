package io.escala.spark.segments;

import static org.assertj.core.api.Assertions.assertThat;

import io.escala.spark.evaluate.HeldOutMetrics;
import io.escala.spark.evaluate.HeldOutMetrics.Scored;
import org.junit.jupiter.api.Test;

class ScoresTest {
  private static final Scores SCORES =
      new Scores(new double[] {0.2, 0.9, 0.2, 0.5}, new byte[] {1, 1, 0, 0});

  @Test
  void shouldGroupRowsOfTheSameProbabilityByFallingProbability() {
    assertThat(SCORES.byFallingProbability())
        .toIterable()
        .containsExactly(new Scored(0.9, 1, 0), new Scored(0.5, 0, 1), new Scored(0.2, 1, 1));
  }

  @Test
  void shouldCountATieAsHalfWhicheverRowComesFirst() {
    // Pairs of a yes and a no: 0.9 beats both; 0.2 loses to 0.5 and ties with 0.2
    assertThat(HeldOutMetrics.of(SCORES.byFallingProbability(), 0.5).rocAuc()).isEqualTo(2.5 / 4);
  }
}
