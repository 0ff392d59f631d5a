package io.escala.inference.image;

/**
 * The 28x28 grey pixels of a picture, row by row, 0 (paper) to 255 (ink) as a digit classifier
 * takes them. PNG (any) and JPEG (8 bits, grey or RGB, baseline or progressive) of at most 16
 * million pixels; the file may be hostile. Stateless, for any number of threads.
 */
public final class DigitPixels {
  /** The side of the result. */
  public static final int SIDE = 28;

  private DigitPixels() {}

  /**
   * What the AWS SAM machine-learning templates make of a picture: {@code
   * Image.open(file).convert("L").resize((28, 28))} of Pillow. For a PNG the same to the last bit,
   * for a JPEG within what two decoders differ. Nothing is cropped, turned or inverted and alpha is
   * dropped: the picture must be a digit as MNIST has them, light on black.
   *
   * @throws io.escala.inference.InputException if the file cannot be read; says why
   */
  public static byte[] asTheTemplateDoes(byte[] file) {
    Picture picture = Picture.read(file);
    return Resampler.resize(picture.luma(), picture.width(), picture.height(), SIDE, SIDE);
  }

  /**
   * The digit in a photo or a drawing of any size, made into what MNIST is made of: upright as the
   * camera was held, ink found whether it is dark on bright or bright on dark, the light of the
   * paper evened out, specks dropped, a thin pen thickened, the ink cropped and scaled to fit 20x20
   * with its shape kept, and placed with its centre of mass in the middle.
   *
   * @throws io.escala.inference.InputException if the file cannot be read or there is no ink in it;
   *     says why
   */
  public static byte[] ofPhoto(byte[] file) {
    return Handwriting.find(WorkingCopy.of(Picture.read(file))).toMnist();
  }
}
