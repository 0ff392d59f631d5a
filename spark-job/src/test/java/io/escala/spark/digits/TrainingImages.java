package io.escala.spark.digits;

import static io.escala.spark.digits.DigitNet.CLASSES;
import static io.escala.spark.digits.DigitNet.PIXELS;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;

/** Drawn digits, each a little different, and folders of IDX files of them. */
final class TrainingImages {
  private TrainingImages() {}

  static Digits some(int count, long seed) {
    Digits drawn = DrawnDigits.all();
    Distortion distortion = new Distortion();
    SplittableRandom random = new SplittableRandom(seed);
    float[] image = new float[PIXELS];
    float[] distorted = new float[PIXELS];
    byte[] pixels = new byte[count * PIXELS];
    byte[] labels = new byte[count];
    for (int i = 0; i < count; i++) {
      int digit = random.nextInt(CLASSES);
      labels[i] = (byte) digit;
      drawn.copyTo(image, digit);
      distortion.apply(image, random, distorted);
      for (int p = 0; p < PIXELS; p++) {
        pixels[i * PIXELS + p] = (byte) Math.round(255 * distorted[p]);
      }
    }
    return new Digits(pixels, labels);
  }

  static void write(Digits digits, Path folder, String name) throws IOException {
    images(folder.resolve(name + "-images-idx3-ubyte.gz"), digits);
    labels(folder.resolve(name + "-labels-idx1-ubyte.gz"), digits);
  }

  static void images(Path file, Digits digits) throws IOException {
    packed(
        file,
        ByteBuffer.allocate(16 + digits.pixels().length)
            .putInt(0x803)
            .putInt(digits.size())
            .putInt(28)
            .putInt(28)
            .put(digits.pixels())
            .array());
  }

  static void labels(Path file, Digits digits) throws IOException {
    packed(
        file,
        ByteBuffer.allocate(8 + digits.size())
            .putInt(0x801)
            .putInt(digits.size())
            .put(digits.labels())
            .array());
  }

  static void packed(Path file, byte[] content) throws IOException {
    Files.createDirectories(file.getParent());
    try (OutputStream out = Files.newOutputStream(file);
        OutputStream zipped = file.toString().endsWith(".gz") ? new GZIPOutputStream(out) : out) {
      zipped.write(content);
    }
  }
}
