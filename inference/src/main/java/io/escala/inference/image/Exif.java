package io.escala.inference.image;

/** How the camera was held, from the TIFF structure that a JPEG carries. */
final class Exif {
  private static final int ORIENTATION = 0x0112;
  private static final int ENTRY = 12;

  private Exif() {}

  /** 1 to 8; 1 if it does not say. */
  static int orientation(byte[] file, int from, int length) {
    if (length < 8) {
      return 1;
    }
    boolean little = file[from] == 'I';
    long directory = number(file, from + 4, 4, little);
    if (directory < 8 || directory > length - 2) {
      return 1;
    }
    int at = from + (int) directory;
    long entries = number(file, at, 2, little);
    for (int i = 0; i < entries && at + 2 + (i + 1) * ENTRY <= from + length; i++) {
      int entry = at + 2 + i * ENTRY;
      if (number(file, entry, 2, little) == ORIENTATION) {
        long turn = number(file, entry + 8, 2, little);
        return turn >= 1 && turn <= 8 ? (int) turn : 1;
      }
    }
    return 1;
  }

  private static long number(byte[] file, int at, int bytes, boolean little) {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value = (value << 8) | (file[little ? at + bytes - 1 - i : at + i] & 0xFF);
    }
    return value;
  }
}
