package io.escala.inference.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/**
 * A photo of a digit on paper, of any size, off centre, in uneven light, with the camera's noise.
 * The same seed gives the same photo.
 */
final class PaperPhoto {
  /** How much ink is at a place of the sheet, 0 to 1. */
  @FunctionalInterface
  interface Ink {
    double at(double x, double y);
  }

  /** What the photo is like. */
  enum Kind {
    WHITE_PAPER(0xF0F0EE, 0x1A1A22),
    PENCIL(0xEDEBE6, 0x77777C),
    YELLOW_PAPER(0xF2DC7A, 0x20304A),
    BLUE_PAPER(0x9CC4E4, 0x1C2030),
    RED_PEN(0xF2F0EC, 0xC02028),
    BLUE_PEN(0xEEEDEA, 0x2848B0),
    BLACKBOARD(0x22302A, 0xE6E6DE),
    WHITE_ON_BLUE(0x16408A, 0xF4F4F4);

    private final int paper;
    private final int ink;

    Kind(int paper, int ink) {
      this.paper = paper;
      this.ink = ink;
    }

    /** Another one for each kind. */
    int seed() {
      return name().hashCode() & 0xFFFFF;
    }
  }

  private final SplittableRandom random;
  private final Kind kind;
  private final int width;
  private final int height;

  PaperPhoto(Kind kind, long seed) {
    this.kind = kind;
    this.random = new SplittableRandom(seed);
    this.width = random.nextInt(90, 420);
    this.height = (int) (width * random.nextDouble(0.6, 1.7));
  }

  /** A digit written with a pen, thin or thick. */
  BufferedImage written(int digit) {
    double[][] strokes = PenStrokes.of(digit, random);
    double pen = random.nextDouble(0.35, 1.5);
    return taken(
        12,
        20,
        (x, y) -> {
          double away = Double.MAX_VALUE;
          for (double[] stroke : strokes) {
            for (int p = 0; p + 3 < stroke.length; p += 2) {
              away = Math.min(away, distance(x, y, stroke, p));
            }
          }
          return Math.max(0, Math.min(1, (pen - Math.sqrt(away)) / 0.25 + 0.5));
        });
  }

  /** A digit of 28x28 pixels, enlarged. */
  BufferedImage copied(byte[] mnist) {
    return taken(
        20,
        20,
        (x, y) -> {
          // The digits of MNIST stand in the middle 20x20
          double u = x + 3.5;
          double v = y + 3.5;
          int left = (int) Math.floor(u);
          int top = (int) Math.floor(v);
          double right = u - left;
          double below = v - top;
          return (pixel(mnist, left, top) * (1 - right) + pixel(mnist, left + 1, top) * right)
                  * (1 - below)
              + (pixel(mnist, left, top + 1) * (1 - right)
                      + pixel(mnist, left + 1, top + 1) * right)
                  * below;
        });
  }

  private static double pixel(byte[] mnist, int x, int y) {
    return x < 0 || y < 0 || x > 27 || y > 27 ? 0 : (mnist[y * 28 + x] & 0xFF) / 255.0;
  }

  /** Squared. */
  private static double distance(double x, double y, double[] stroke, int p) {
    double alongX = stroke[p + 2] - stroke[p];
    double alongY = stroke[p + 3] - stroke[p + 1];
    double length = Math.max(alongX * alongX + alongY * alongY, 1e-9);
    double share = ((x - stroke[p]) * alongX + (y - stroke[p + 1]) * alongY) / length;
    double within = Math.max(0, Math.min(1, share));
    double dx = x - stroke[p] - within * alongX;
    double dy = y - stroke[p + 1] - within * alongY;
    return dx * dx + dy * dy;
  }

  private BufferedImage taken(double boxWidth, double boxHeight, Ink ink) {
    double share = random.nextDouble(0.22, 0.72);
    double scale = share * Math.min(width / boxWidth, height / boxHeight);
    double roomX = width - boxWidth * scale;
    double roomY = height - boxHeight * scale;
    double left = roomX * random.nextDouble(0.12, 0.88);
    double top = roomY * random.nextDouble(0.12, 0.88);
    double slopeX = random.nextDouble(-0.22, 0.22);
    double slopeY = random.nextDouble(-0.22, 0.22);
    double vignette = random.nextDouble(0, 0.2);
    double exposure = random.nextDouble(0.75, 1.0);
    boolean shadow = random.nextInt(3) == 0;
    double shadowAt = random.nextDouble(-0.8, 0.8);
    double shadowDepth = random.nextDouble(0.08, 0.2);
    double noise = random.nextDouble(0, 7);
    double grain = random.nextDouble(0, 4);
    int across = width / 40 + 2;
    double[] paperGrain = new double[across * (height / 40 + 2)];
    for (int i = 0; i < paperGrain.length; i++) {
      paperGrain[i] = random.nextDouble(-grain, grain);
    }
    BufferedImage photo = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double u = 2.0 * x / width - 1;
        double v = 2.0 * y / height - 1;
        double light = 1 + slopeX * u + slopeY * v - vignette * (u * u + v * v) / 2;
        if (shadow) {
          // A soft edge across the sheet
          light -= shadowDepth / (1 + Math.exp(-(u * 0.8 + v * 0.6 - shadowAt) * 4));
        }
        double sheetX = (x - left) / scale;
        double sheetY = (y - top) / scale;
        boolean near =
            sheetX > -4 && sheetY > -4 && sheetX < boxWidth + 4 && sheetY < boxHeight + 4;
        double inked = near ? ink.at(sheetX, sheetY) : 0;
        double uneven = paperGrain[y / 40 * across + x / 40] + random.nextDouble(-noise, noise);
        int rgb = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
          double paper = (kind.paper >> shift) & 0xFF;
          double colour = paper + inked * (((kind.ink >> shift) & 0xFF) - paper);
          int value = (int) Math.round(colour * light * exposure + uneven);
          rgb |= Math.max(0, Math.min(255, value)) << shift;
        }
        photo.setRGB(x, y, rgb);
      }
    }
    return photo;
  }

  /** A file of it. */
  static byte[] file(BufferedImage photo, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (!ImageIO.write(photo, format, out)) {
      throw new IOException("there is no writer for " + format);
    }
    return out.toByteArray();
  }
}
