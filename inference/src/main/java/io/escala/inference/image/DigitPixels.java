package io.escala.inference.image;

import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;

/**
 * The 28x28 grey pixels of a picture, row by row, 0 (paper) to 255 (ink) as a digit classifier
 * takes them. PNG (any) and JPEG (8 bits, grey or RGB, baseline or progressive) of at most 16
 * million pixels; the file may be hostile. For any number of threads, whose decoded pictures
 * together have no more pixels than one may have: a thread waits until there is room for its own.
 */
public final class DigitPixels {
  /** The side of the result. */
  public static final int SIDE = 28;

  /** Fair, so that a large picture gets its turn among small ones. */
  private static final Semaphore ROOM = new Semaphore(Picture.MOST_PIXELS, true);

  private DigitPixels() {}

  /** Whether a file starts as a PNG or a JPEG does. The buffer's position does not move. */
  public static boolean recognises(ByteBuffer file) {
    byte[] start = new byte[Math.min(file.remaining(), 8)];
    file.duplicate().get(start);
    return PngReader.recognises(start) || JpegReader.recognises(start);
  }

  /**
   * What the AWS SAM machine-learning templates make of a picture: {@code
   * Image.open(file).convert("L").resize((28, 28))} of Pillow. For a PNG the same to the last bit,
   * for a JPEG within what two decoders differ. Nothing is cropped, turned or inverted and alpha is
   * dropped, and of 16-bit grey all above 255 is white: the picture must be a digit as MNIST has
   * them, light on black.
   *
   * @throws io.escala.inference.InputException if the file cannot be read; says why
   */
  public static byte[] asTheTemplateDoes(byte[] file) {
    PictureReader reader = Picture.reader(file, true);
    int pixels = reader.pixels();
    ROOM.acquireUninterruptibly(pixels);
    try {
      Picture picture = reader.read();
      return Resampler.resize(picture.luma(), picture.width(), picture.height(), SIDE, SIDE);
    } finally {
      ROOM.release(pixels);
    }
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
    PictureReader reader = Picture.reader(file, false);
    int pixels = reader.pixels();
    WorkingCopy copy;
    ROOM.acquireUninterruptibly(pixels);
    try {
      copy = WorkingCopy.of(reader.read());
    } finally {
      ROOM.release(pixels);
    }
    return Handwriting.find(copy).toMnist();
  }
}
