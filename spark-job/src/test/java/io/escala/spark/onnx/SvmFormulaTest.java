package io.escala.spark.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SvmFormulaTest {
  @Test
  void shouldFindTheProbabilitiesThatFitThePairsBest() {
    Random random = new Random(5);
    for (int round = 0; round < 50; round++) {
      // given
      double[] logits = {
        4 * random.nextGaussian(), 4 * random.nextGaussian(), random.nextGaussian()
      };

      // when
      double[] p = deciding(logits).probabilities(0);

      // then
      assertThat(p[0] + p[1] + p[2]).isCloseTo(1, within(1e-12));
      double best = misfit(logits, p);
      for (int i = 0; i < 200; i++) {
        double[] other = {random.nextDouble(), random.nextDouble(), random.nextDouble()};
        double sum = other[0] + other[1] + other[2];
        double step = Math.pow(10, -1 - random.nextInt(4));
        for (int c = 0; c < 3; c++) {
          other[c] = (1 - step) * p[c] + step * other[c] / sum;
        }
        assertThat(misfit(logits, other)).isGreaterThanOrEqualTo(best - 1e-15);
      }
    }
  }

  @Test
  void shouldSayTheFirstOfClassesWithAsManyVotes() {
    // 0 beats 1, 2 beats 0, 1 beats 2: one vote each
    assertThat(deciding(1, -1, 1).label(0)).isZero();
    assertThat(deciding(-1, 1, 1).label(0)).isEqualTo(1);
    assertThat(deciding(-1, -1, -1).label(0)).isEqualTo(2);
  }

  /** The pairs' probabilities are the logistic functions of these, whatever the row. */
  private static SvmFormula deciding(double... logits) {
    double[] offsets = {-logits[0], -logits[1], -logits[2]};
    return new SvmFormula(
        List.of("x"),
        1,
        new double[][] {{0}},
        new double[][] {{0}, {0}, {0}},
        offsets,
        new double[] {-1, -1, -1},
        new double[3]);
  }

  private static double misfit(double[] logits, double... p) {
    int[][] pairs = {{0, 1}, {0, 2}, {1, 2}};
    double misfit = 0;
    for (int k = 0; k < 3; k++) {
      double r = 1 / (1 + Math.exp(-logits[k]));
      double difference = (1 - r) * p[pairs[k][0]] - r * p[pairs[k][1]];
      misfit += difference * difference;
    }
    return misfit;
  }
}
