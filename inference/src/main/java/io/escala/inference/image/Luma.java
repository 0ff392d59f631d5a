package io.escala.inference.image;

/** How bright a colour is: ITU-R 601-2, rounded as Pillow rounds it. */
final class Luma {
  // What a JPEG's chroma adds to each colour, in 65536ths, as libjpeg has it
  private static final int RED_OF_CR = 91881;
  private static final int GREEN_OF_CB = 22554;
  private static final int GREEN_OF_CR = 46802;
  private static final int BLUE_OF_CB = 116130;
  private static final int HALF = 0x8000;

  private Luma() {}

  static byte of(int red, int green, int blue) {
    return (byte) ((red * 19595 + green * 38470 + blue * 7471 + HALF) >> 16);
  }

  /** The same of a JPEG's luma and chroma, by way of the colour that can be shown. */
  static byte ofChroma(int y, int cb, int cr) {
    int blueness = cb - 128;
    int redness = cr - 128;
    return of(
        shown(y + ((RED_OF_CR * redness + HALF) >> 16)),
        shown(y + ((-GREEN_OF_CB * blueness - GREEN_OF_CR * redness + HALF) >> 16)),
        shown(y + ((BLUE_OF_CB * blueness + HALF) >> 16)));
  }

  private static int shown(int value) {
    return Math.max(0, Math.min(value, 255));
  }
}
