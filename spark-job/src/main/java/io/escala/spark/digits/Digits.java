package io.escala.spark.digits;

import java.util.Arrays;

/** Labelled images, one after the other. */
final class Digits {
  private final byte[] pixels;
  private final byte[] labels;

  Digits(byte[] pixels, byte[] labels) {
    if (pixels.length != labels.length * DigitNet.PIXELS) {
      throw new IllegalArgumentException(
          pixels.length + " pixels do not make " + labels.length + " images");
    }
    this.pixels = pixels;
    this.labels = labels;
  }

  /** {@link DigitNet#PIXELS} for each image, row by row, 0 (paper) to 255 (ink). */
  byte[] pixels() {
    return pixels;
  }

  /** 0 to 9, one for each image. */
  byte[] labels() {
    return labels;
  }

  int size() {
    return labels.length;
  }

  /** These images, then others. */
  Digits and(Digits others) {
    byte[] allPixels = Arrays.copyOf(pixels, pixels.length + others.pixels.length);
    System.arraycopy(others.pixels, 0, allPixels, pixels.length, others.pixels.length);
    byte[] allLabels = Arrays.copyOf(labels, labels.length + others.labels.length);
    System.arraycopy(others.labels, 0, allLabels, labels.length, others.labels.length);
    return new Digits(allPixels, allLabels);
  }

  /** The images from one, included, to another, excluded. */
  Digits part(int from, int until) {
    return new Digits(
        Arrays.copyOfRange(pixels, from * DigitNet.PIXELS, until * DigitNet.PIXELS),
        Arrays.copyOfRange(labels, from, until));
  }

  /** An image as the network sees it: each pixel 0 to 1. */
  void copyTo(float[] image, int index) {
    for (int i = 0; i < DigitNet.PIXELS; i++) {
      image[i] = (pixels[index * DigitNet.PIXELS + i] & 0xFF) / 255f;
    }
  }
}
