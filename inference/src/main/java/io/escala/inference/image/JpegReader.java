package io.escala.inference.image;

import io.escala.inference.InputException;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads a JPEG, baseline or progressive, grey or colour, by the JDK's decoder, once its markers
 * have been read here: what it claims to be is known before memory is taken for it.
 */
final class JpegReader implements PictureReader {
  /** A progressive JPEG has about ten; each takes as long as decoding the whole picture. */
  private static final int MOST_SCANS = 32;

  private static final long MOST_DECODED = 12L * Picture.MOST_PIXELS;

  private static final int START_OF_SCAN = 0xDA;
  private static final int END = 0xD9;
  private static final int APP_1 = 0xE1;
  private static final int APP_14 = 0xEE;

  private final byte[] file;
  private int next = 2;

  private int width;
  private int height;
  private int components;
  private boolean namedRgb;
  private int adobeTransform = -1;
  private boolean jfif;
  private int scans;
  private int turn = 1;

  JpegReader(byte[] file) {
    this.file = file;
  }

  static boolean recognises(byte[] file) {
    return file.length > 3
        && (file[0] & 0xFF) == 0xFF
        && (file[1] & 0xFF) == 0xD8
        && (file[2] & 0xFF) == 0xFF;
  }

  @Override
  public int pixels() {
    markers();
    if (components != 1 && components != 3) {
      throw new InputException(
          "the JPEG has "
              + components
              + " colour channels (such as CMYK, for printing): save it as RGB or grey");
    }
    return width * height;
  }

  @Override
  public Picture read() {
    Raster raster = raster();
    int[] samples = null;
    byte[] luma = new byte[width * height];
    boolean rgb = isRgb();
    for (int y = 0; y < height; y++) {
      samples = raster.getPixels(0, y, width, 1, samples);
      for (int x = 0; x < width; x++) {
        int at = components * x;
        luma[y * width + x] =
            components == 1
                ? (byte) samples[x]
                : rgb
                    ? Luma.of(samples[at], samples[at + 1], samples[at + 2])
                    : Luma.ofChroma(samples[at], samples[at + 1], samples[at + 2]);
      }
    }
    return new Picture(width, height, luma, null, turn);
  }

  /** The usual rules of whether three channels are RGB or luma and chroma. */
  private boolean isRgb() {
    if (jfif) {
      return false;
    }
    return adobeTransform >= 0 ? adobeTransform == 0 : namedRgb;
  }

  private Raster raster() {
    ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
    try (MemoryCacheImageInputStream in =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      reader.setInput(in, true, true);
      Raster raster = reader.readRaster(0, null);
      if (raster.getWidth() != width
          || raster.getHeight() != height
          || raster.getNumBands() != components) {
        throw corrupt();
      }
      return raster;
    } catch (IOException | RuntimeException e) {
      if (e instanceof InputException refusal) {
        throw refusal;
      }
      throw corrupt();
    } finally {
      reader.dispose();
    }
  }

  /** Up to the end of the image. */
  private void markers() {
    while (true) {
      int marker = marker();
      if (marker == END) {
        if (width == 0 || scans == 0) {
          throw corrupt();
        }
        return;
      }
      int size = number(next);
      if (size < 2) {
        throw corrupt();
      }
      if (size > file.length - next) {
        throw truncated();
      }
      int at = next + 2;
      int length = size - 2;
      next += size;
      if (marker == START_OF_SCAN) {
        scans++;
        if (scans > MOST_SCANS || (long) scans * width * height > MOST_DECODED) {
          throw new InputException(
              "the JPEG has "
                  + scans
                  + " scans or more, too many for its size: save it again, smaller or as a PNG");
        }
        passPixels();
      } else if (isFrame(marker)) {
        frame(marker, at, length);
      } else if (marker == 0xE0 && startsWith(at, length, "JFIF")) {
        jfif = true;
      } else if (marker == APP_14 && startsWith(at, length, "Adobe") && length >= 12) {
        adobeTransform = file[at + 11] & 0xFF;
      } else if (marker == APP_1 && startsWith(at, length, "Exif\0\0")) {
        turn = Exif.orientation(file, at + 6, length - 6);
      }
    }
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  private void frame(int marker, int at, int length) {
    if (length < 6 || width != 0) {
      throw corrupt();
    }
    if (marker > 0xC2 || file[at] != 8) {
      throw new InputException(
          "the JPEG is of a kind that is not read (lossless, arithmetic or 12-bit): save it as"
              + " baseline or progressive, or as a PNG");
    }
    int claimedHeight = number(at + 1);
    int claimedWidth = number(at + 3);
    Picture.checkSize(claimedWidth, claimedHeight);
    width = claimedWidth;
    height = claimedHeight;
    components = file[at + 5] & 0xFF;
    if (length < 6 + 3 * components) {
      throw corrupt();
    }
    namedRgb =
        components == 3 && file[at + 6] == 'R' && file[at + 9] == 'G' && file[at + 12] == 'B';
  }

  /** The code of the next marker. */
  private int marker() {
    if (next >= file.length) {
      throw truncated();
    }
    if ((file[next] & 0xFF) != 0xFF) {
      throw corrupt();
    }
    while (next < file.length && (file[next] & 0xFF) == 0xFF) {
      next++;
    }
    if (next + 2 >= file.length && (next >= file.length || (file[next] & 0xFF) != END)) {
      throw truncated();
    }
    return file[next++] & 0xFF;
  }

  /** Compressed pixels go on to the next marker that is no restart. */
  private void passPixels() {
    for (; next < file.length - 1; next++) {
      if ((file[next] & 0xFF) == 0xFF) {
        int code = file[next + 1] & 0xFF;
        if (code != 0 && code != 0xFF && (code < 0xD0 || code > 0xD7)) {
          return;
        }
      }
    }
    throw truncated();
  }

  private boolean startsWith(int at, int length, String text) {
    if (length < text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (file[at + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private int number(int at) {
    return ((file[at] & 0xFF) << 8) | (file[at + 1] & 0xFF);
  }

  private static InputException truncated() {
    return new InputException("the JPEG is truncated: its end is missing");
  }

  private static InputException corrupt() {
    return new InputException("the JPEG is corrupt: it cannot be decoded");
  }
}
