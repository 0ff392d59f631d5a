package io.escala.inference.image;

/** How bright a colour is: ITU-R 601-2, rounded as Pillow rounds it. */
final class Luma {
  private Luma() {}

  static byte of(int red, int green, int blue) {
    return (byte) ((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);
  }
}
