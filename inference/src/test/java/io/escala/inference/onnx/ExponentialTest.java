package io.escala.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ExponentialTest {

  @Test
  void shouldBeWithinTwoUnitsInTheLastPlaceOfStrictMath() {
    // given
    Random random = new Random(4);

    for (int i = 0; i < 200_000; i++) {
      double x = i % 2 == 0 ? -700 + 1400 * random.nextDouble() : random.nextGaussian();

      // when
      double power = Exponential.of(x);

      // then
      double expected = StrictMath.exp(x);
      assertThat(Math.abs(power - expected))
          .as("e^%s", x)
          .isLessThanOrEqualTo(2 * Math.ulp(expected));
    }
  }

  @Test
  void shouldStartFromThePowersThatStrictMathComputes() {
    for (int i = 0; i < 128; i++) {
      assertThat(Exponential.POWERS[i]).isEqualTo(StrictMath.pow(2, i / 128.0));
    }
    assertThat(Exponential.POWERS).hasSize(128);
  }

  @Test
  void shouldKnowTheEndsOfItsRange() {
    assertThat(Exponential.of(0)).isEqualTo(1);
    assertThat(Exponential.of(-745)).isEqualTo(StrictMath.exp(-745)).isPositive();
    assertThat(Exponential.of(-1000)).isZero();
    assertThat(Exponential.of(709.5)).isEqualTo(StrictMath.exp(709.5)).isFinite();
    assertThat(Exponential.of(Double.POSITIVE_INFINITY)).isInfinite();
    assertThat(Exponential.of(Double.NaN)).isNaN();
  }

  @Test
  void shouldNotLoseASmallProbability() {
    double small = StrictMath.exp(-40);
    assertThat(Exponential.logistic(-40)).isCloseTo(small, within(2 * Math.ulp(small)));
    assertThat(Exponential.logistic(0)).isEqualTo(0.5);
    assertThat(Exponential.logistic(800)).isEqualTo(1);
    assertThat(Exponential.logistic(-800)).isZero();
  }
}
