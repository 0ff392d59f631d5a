package io.escala.spark.digits;

import static io.escala.spark.digits.DigitNet.PIXELS;
import static io.escala.spark.digits.DigitNet.SIDE;

import java.util.SplittableRandom;

/**
 * Another picture of the same digit: turned, slanted, scaled and moved a little, drawn with a
 * thicker or a thinner pen. The same random numbers give the same picture.
 *
 * <p>For one thread at a time.
 */
final class Distortion {
  private static final double ROTATION = Math.PI / 12;
  private static final double SLANT = 0.25;
  private static final double SCALE = 0.15;
  private static final double SHIFT = 2;
  private static final double CENTER = (SIDE - 1) / 2.0;

  private final float[] moved = new float[PIXELS];

  void apply(float[] image, SplittableRandom random, float[] result) {
    move(image, random);
    pen(random.nextInt(4), (float) random.nextDouble(), result);
  }

  private void move(float[] image, SplittableRandom random) {
    double angle = spread(random, ROTATION);
    double slant = spread(random, SLANT);
    double scaleX = 1 + spread(random, SCALE);
    double scaleY = 1 + spread(random, SCALE);
    double shiftX = spread(random, SHIFT);
    double shiftY = spread(random, SHIFT);
    // Math.sin may differ between machines
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        double dx = x - CENTER - shiftX;
        double dy = y - CENTER - shiftY;
        double turnedX = cos * dx + sin * dy;
        double turnedY = cos * dy - sin * dx;
        moved[y * SIDE + x] =
            between(
                image, (turnedX + slant * turnedY) * scaleX + CENTER, turnedY * scaleY + CENTER);
      }
    }
  }

  private static double spread(SplittableRandom random, double most) {
    return most * (2 * random.nextDouble() - 1);
  }

  /** Bilinear; there is paper around the image. */
  private static float between(float[] image, double x, double y) {
    int left = (int) Math.floor(x);
    int top = (int) Math.floor(y);
    float right = (float) (x - left);
    float below = (float) (y - top);
    float upper = at(image, left, top) * (1 - right) + at(image, left + 1, top) * right;
    float lower = at(image, left, top + 1) * (1 - right) + at(image, left + 1, top + 1) * right;
    return upper * (1 - below) + lower * below;
  }

  private static float at(float[] image, int x, int y) {
    return x < 0 || y < 0 || x >= SIDE || y >= SIDE ? 0 : image[y * SIDE + x];
  }

  /** A quarter of the pictures gets a thicker pen, a quarter a thinner one, by some amount. */
  private void pen(int kind, float amount, float[] result) {
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        float here = moved[y * SIDE + x];
        float extreme = here;
        if (kind < 2) {
          float left = at(moved, x - 1, y);
          float right = at(moved, x + 1, y);
          float above = at(moved, x, y - 1);
          float below = at(moved, x, y + 1);
          extreme =
              kind == 0
                  ? Math.max(here, Math.max(Math.max(left, right), Math.max(above, below)))
                  : Math.min(here, Math.min(Math.min(left, right), Math.min(above, below)));
        }
        float strength = kind == 1 ? amount * 0.7f : amount;
        result[y * SIDE + x] = here + strength * (extreme - here);
      }
    }
  }
}
