package io.escala.inference.image;

/** Reads one file, whose claims it checks before it takes memory for them. */
interface PictureReader {
  /**
   * How many pixels the file says it has. Asked once, first.
   *
   * @throws io.escala.inference.InputException if it says too many, or cannot be read
   */
  int pixels();

  /**
   * The picture.
   *
   * @throws io.escala.inference.InputException if it cannot be read
   */
  Picture read();
}
