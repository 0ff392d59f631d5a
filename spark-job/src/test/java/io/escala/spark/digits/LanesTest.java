package io.escala.spark.digits;

import static io.escala.spark.digits.DigitNet.CLASSES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LanesTest {

  @Test
  void shouldFindTheGradientThatSmallStepsShow() {
    // given
    SplittableRandom random = new SplittableRandom(5);
    float[] parameters = DigitNet.random(random);
    Digits images = TrainingImages.some(Lanes.COUNT, 3);
    Lanes lanes = new Lanes();
    for (int lane = 0; lane < Lanes.COUNT; lane++) {
      float[] image = new float[DigitNet.PIXELS];
      images.copyTo(image, lane);
      lanes.setImage(lane, image);
    }

    // when
    lanes.forward(parameters);
    float[] slopes = new float[Lanes.COUNT * CLASSES];
    for (int lane = 0; lane < Lanes.COUNT; lane++) {
      double[] p = probabilities(lanes, lane);
      for (int c = 0; c < CLASSES; c++) {
        slopes[lane * CLASSES + c] = (float) (p[c] - (images.labels()[lane] == c ? 1 : 0));
      }
    }
    lanes.backward(parameters, slopes);
    float[] gradient = lanes.gradient.clone();

    // then
    int[] starts = {
      DigitNet.WEIGHTS_1,
      DigitNet.BIAS_1,
      DigitNet.WEIGHTS_2,
      DigitNet.BIAS_2,
      DigitNet.WEIGHTS_3,
      DigitNet.BIAS_3,
      DigitNet.WEIGHTS_4,
      DigitNet.BIAS_4,
      DigitNet.PARAMETERS
    };
    int checked = 0;
    for (int part = 0; part < starts.length - 1; part++) {
      for (int i = 0; i < 25; i++) {
        int at = random.nextInt(starts[part], starts[part + 1]);
        double up = loss(lanes, parameters, images, at, 2e-3f);
        double down = loss(lanes, parameters, images, at, -2e-3f);
        double here = loss(lanes, parameters, images, at, 0);
        double bend = Math.abs(up + down - 2 * here);
        if (bend < 2e-4) { // else a step crosses where ReLU or the maximum bends
          double shown = (up - down) / 4e-3;
          assertThat((double) gradient[at])
              .as("parameter %s", at)
              .isCloseTo(shown, within(0.02 + 0.05 * Math.abs(shown)));
          checked++;
        }
      }
    }
    assertThat(checked).isGreaterThan(120);
  }

  private static double loss(Lanes lanes, float[] parameters, Digits images, int at, float step) {
    float kept = parameters[at];
    parameters[at] += step;
    lanes.forward(parameters);
    parameters[at] = kept;
    double loss = 0;
    for (int lane = 0; lane < Lanes.COUNT; lane++) {
      loss -= Math.log(probabilities(lanes, lane)[images.labels()[lane]]);
    }
    return loss;
  }

  private static double[] probabilities(Lanes lanes, int lane) {
    double[] powers = new double[CLASSES];
    double sum = 0;
    for (int c = 0; c < CLASSES; c++) {
      powers[c] = Math.exp(lanes.score(lane, c));
      sum += powers[c];
    }
    for (int c = 0; c < CLASSES; c++) {
      powers[c] /= sum;
    }
    return powers;
  }
}
