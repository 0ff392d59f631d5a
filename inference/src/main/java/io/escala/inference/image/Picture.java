package io.escala.inference.image;

import io.escala.inference.InputException;

/** A decoded picture. */
final class Picture {
  /** No picture, nor all that are decoded at once, may have more, to bound the memory they take. */
  static final int MOST_PIXELS = 1 << 24;

  private static final int LONGEST_SIDE = 1 << 14;

  private final int width;
  private final int height;
  private final byte[] luma;
  private final byte[] alpha;
  private final int turn;

  Picture(int width, int height, byte[] luma, byte[] alpha, int turn) {
    this.width = width;
    this.height = height;
    this.luma = luma;
    this.alpha = alpha;
    this.turn = turn;
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** Row by row, 0 (black) to 255 (white), as Pillow's mode {@code L}. */
  byte[] luma() {
    return luma;
  }

  /** The same for 0 (transparent) to 255 (opaque); null if all of it is opaque. */
  byte[] alpha() {
    return alpha;
  }

  /** How it must be turned to stand upright, by EXIF's numbers 1 (as it is) to 8. */
  int turn() {
    return turn;
  }

  /**
   * What reads a PNG or a JPEG, whichever it is.
   *
   * @param clipped whether of a PNG with 16-bit grey all above 255 is white, as in Pillow, rather
   *     than the upper 8 bits counting
   * @throws InputException if it is neither
   */
  static PictureReader reader(byte[] file, boolean clipped) {
    if (file.length == 0) {
      throw new InputException("the image is empty: send the bytes of a PNG or JPEG file");
    }
    if (PngReader.recognises(file)) {
      return new PngReader(file, clipped);
    }
    if (JpegReader.recognises(file)) {
      return new JpegReader(file);
    }
    throw new InputException(
        "the image is neither a PNG nor a JPEG: it starts with the bytes "
            + hex(file)
            + ", but a PNG starts with 89 50 4e 47 and a JPEG with ff d8 ff");
  }

  /** Refuses what a header claims before any memory is taken for it. */
  static void checkSize(long width, long height) {
    if (width < 1 || height < 1) {
      throw new InputException("the image says it is " + width + " x " + height + " pixels");
    }
    if (width > LONGEST_SIDE || height > LONGEST_SIDE || width * height > MOST_PIXELS) {
      throw new InputException(
          "the image says it is "
              + width
              + " x "
              + height
              + " pixels, but may have at most "
              + MOST_PIXELS
              + " in all and "
              + LONGEST_SIDE
              + " a side: make it smaller");
    }
  }

  private static String hex(byte[] file) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(4, file.length); i++) {
      text.append(i == 0 ? "" : " ")
          .append(Character.forDigit((file[i] >> 4) & 15, 16))
          .append(Character.forDigit(file[i] & 15, 16));
    }
    return text.toString();
  }
}
