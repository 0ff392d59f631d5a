package io.escala.spark.digits;

import static io.escala.spark.digits.DigitNet.CLASSES;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LanesTest {
  private static final float STEP = 1e-3f;

  @Test
  void shouldFindTheGradientThatSmallStepsShow() {
    // given
    SplittableRandom random = new SplittableRandom(5);
    float[] parameters = DigitNet.random(random);
    for (ConvolutionLayer layer : DigitNet.LAYERS) { // with no bias paper lies where ReLU bends
      Arrays.fill(parameters, layer.bias(), layer.end(), -0.05f);
    }
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
    int[] starts =
        DigitNet.LAYERS.stream()
            .flatMapToInt(layer -> IntStream.of(layer.weights(), layer.bias(), layer.end()))
            .distinct()
            .toArray();
    int checked = 0;
    int agreed = 0;
    for (int part = 0; part < starts.length - 1; part++) {
      for (int i = 0; i < 25; i++) {
        int at = random.nextInt(starts[part], starts[part + 1]);
        double shown = slope(lanes, parameters, images, at, STEP);
        double closer = slope(lanes, parameters, images, at, STEP / 2);
        if (Math.abs(shown - closer) < 0.01) { // else a step crosses where ReLU bends
          checked++;
          agreed += Math.abs(gradient[at] - shown) < 0.02 + 0.05 * Math.abs(shown) ? 1 : 0;
        }
      }
    }
    assertThat(checked).isGreaterThan(200);
    // A bend so close that both steps cross it shows in neither
    assertThat(agreed).isGreaterThanOrEqualTo(checked - 3);
  }

  private static double slope(Lanes lanes, float[] parameters, Digits images, int at, float step) {
    double up = loss(lanes, parameters, images, at, step);
    double down = loss(lanes, parameters, images, at, -step);
    return (up - down) / (2 * step);
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
