package io.escala.inference.image;

import io.escala.inference.InputException;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads a PNG (W3C, third edition), every colour type and depth, interlaced or not. Of an animated
 * one it reads the still image, of 16 bits the upper 8, unless it is told to clip. Memory goes for
 * a few rows beside the result; chunks that do not hold pixels are passed over unread, so that
 * nothing in them can do harm.
 */
final class PngReader implements PictureReader {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10};
  private static final int GREY = 0;
  private static final int COLOUR = 2;
  private static final int PALETTE = 3;
  private static final int GREY_ALPHA = 4;
  private static final int COLOUR_ALPHA = 6;

  /** Adam7: for each pass the first column and row and the distance to the next. */
  private static final int[][] PASSES = {
    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
  };

  /** So many bytes of a small picture come from the inflater in one call. */
  private static final int LINES_TOGETHER = 8192;

  private static final int[][] ONE_PASS = {{0, 0, 1, 1}};

  private final byte[] file;
  private final boolean clipped;
  private Inflater inflater;
  private int next = SIGNATURE.length;

  private int width;
  private int height;
  private int depth;
  private int type;
  private boolean interlaced;
  private byte[] palette;
  private byte[] transparency;
  private byte[] luma;
  private byte[] alpha;
  private int turn = 1;

  PngReader(byte[] file, boolean clipped) {
    this.file = file;
    this.clipped = clipped;
  }

  static boolean recognises(byte[] file) {
    return file.length >= SIGNATURE.length
        && Arrays.equals(file, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
  }

  @Override
  public int pixels() {
    header(chunk("IHDR"));
    return width * height;
  }

  @Override
  public Picture read() {
    try {
      beforePixels();
      if (type == PALETTE && palette == null) {
        throw corrupt("it has no palette");
      }
      luma = new byte[width * height];
      alpha = hasAlpha() ? new byte[luma.length] : null;
      for (int[] pass : interlaced ? PASSES : ONE_PASS) {
        pass(pass[0], pass[1], pass[2], pass[3]);
      }
      return new Picture(width, height, luma, alpha, turn);
    } catch (DataFormatException e) {
      throw corrupt("its compressed pixels are damaged");
    } finally {
      if (inflater != null) {
        inflater.end();
      }
    }
  }

  private boolean hasAlpha() {
    return type == GREY_ALPHA || type == COLOUR_ALPHA || transparency != null;
  }

  private void header(int size) {
    if (size != 13) {
      throw corrupt("its header has " + size + " bytes instead of 13");
    }
    int at = next - 4 - size;
    long claimedWidth = number(at) & 0xFFFFFFFFL;
    long claimedHeight = number(at + 4) & 0xFFFFFFFFL;
    Picture.checkSize(claimedWidth, claimedHeight);
    width = (int) claimedWidth;
    height = (int) claimedHeight;
    depth = file[at + 8];
    type = file[at + 9];
    interlaced = file[at + 12] == 1;
    boolean known =
        switch (type) {
          case GREY -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
          case PALETTE -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
          case COLOUR, GREY_ALPHA, COLOUR_ALPHA -> depth == 8 || depth == 16;
          default -> false;
        };
    if (!known || file[at + 10] != 0 || file[at + 11] != 0 || (file[at + 12] & ~1) != 0) {
      throw corrupt("its header has values that no PNG has");
    }
  }

  /** Reads on to the first chunk of pixels, which it gives to the inflater. */
  private void beforePixels() {
    while (true) {
      String name = nameOfNext();
      int size = chunk(name);
      int at = next - 4 - size;
      switch (name) {
        case "IDAT" -> {
          inflater = new Inflater();
          inflater.setInput(file, at, size);
          return;
        }
        case "PLTE" -> {
          if (size == 0 || size % 3 != 0 || size > 3 * 256) {
            throw corrupt("its palette has " + size + " bytes");
          }
          palette = Arrays.copyOfRange(file, at, at + size);
        }
        case "tRNS" -> transparency(at, size);
        case "eXIf" -> turn = Exif.orientation(file, at, size);
        case "IEND" -> throw corrupt("it has no pixels");
        default -> {
          if (Character.isUpperCase(name.charAt(0))) {
            throw corrupt("it needs a part that is not known");
          }
        }
      }
    }
  }

  private void transparency(int at, int size) {
    boolean fits =
        switch (type) {
          case GREY -> size == 2;
          case COLOUR -> size == 6;
          case PALETTE -> size <= 256;
          default -> false;
        };
    if (!fits) {
      throw corrupt("its transparency does not fit its colours");
    }
    transparency = Arrays.copyOfRange(file, at, at + size);
  }

  private void pass(int left, int top, int stepX, int stepY) throws DataFormatException {
    int columns = (width - left + stepX - 1) / stepX;
    int rows = (height - top + stepY - 1) / stepY;
    if (columns <= 0 || rows <= 0) {
      return;
    }
    int samples =
        switch (type) {
          case COLOUR -> 3;
          case GREY_ALPHA -> 2;
          case COLOUR_ALPHA -> 4;
          default -> 1;
        };
    int bits = samples * depth;
    int distance = Math.max(1, bits / 8);
    // A pixel's worth of zeros before each row saves the filters their edge
    byte[] row = new byte[distance + (int) (((long) columns * bits + 7) / 8)];
    byte[] above = new byte[row.length];
    int line = row.length - distance + 1; // the filter's number before the row
    int together = Math.max(1, Math.min(rows, LINES_TOGETHER / line));
    byte[] lines = new byte[together * line];
    for (int r = 0; r < rows; r++) {
      byte[] swapped = above;
      above = row;
      row = swapped;
      if (r % together == 0) {
        inflate(lines, Math.min(together, rows - r) * line);
      }
      int filter = lines[r % together * line];
      System.arraycopy(lines, r % together * line + 1, row, distance, line - 1);
      unfilter(filter, row, above, distance);
      int at = (top + r * stepY) * width + left;
      if (stepX == 1 && type == GREY && depth == 8 && transparency == null) {
        System.arraycopy(row, distance, luma, at, columns);
        continue;
      }
      for (int c = 0; c < columns; c++) {
        pixel(row, distance, c, at + c * stepX);
      }
    }
  }

  /** The filter's number and the row, for so many bytes. */
  private void inflate(byte[] lines, int count) throws DataFormatException {
    int at = 0;
    while (at < count) {
      int got = inflater.inflate(lines, at, count - at);
      at += got;
      if (got == 0) {
        if (inflater.finished() || inflater.needsDictionary()) {
          throw corrupt("it has fewer pixels than its header says");
        }
        morePixels();
      }
    }
  }

  private void morePixels() {
    if (!nameOfNext().equals("IDAT")) {
      throw corrupt("it has fewer pixels than its header says");
    }
    int size = chunk("IDAT");
    inflater.setInput(file, next - 4 - size, size);
  }

  private static void unfilter(int filter, byte[] row, byte[] above, int distance) {
    switch (filter) {
      case 0 -> {}
      case 1 -> {
        for (int i = distance; i < row.length; i++) {
          row[i] += row[i - distance];
        }
      }
      case 2 -> {
        for (int i = distance; i < row.length; i++) {
          row[i] += above[i];
        }
      }
      case 3 -> {
        for (int i = distance; i < row.length; i++) {
          row[i] += (byte) (((row[i - distance] & 0xFF) + (above[i] & 0xFF)) >> 1);
        }
      }
      case 4 -> {
        for (int i = distance; i < row.length; i++) {
          row[i] += paeth(row[i - distance] & 0xFF, above[i] & 0xFF, above[i - distance] & 0xFF);
        }
      }
      default -> throw corrupt("a row has the filter " + (filter & 0xFF) + ", which no PNG has");
    }
  }

  private static byte paeth(int left, int above, int corner) {
    int toLeft = Math.abs(above - corner);
    int toAbove = Math.abs(left - corner);
    int toCorner = Math.abs(left + above - 2 * corner);
    if (toLeft <= toAbove && toLeft <= toCorner) {
      return (byte) left;
    }
    return (byte) (toAbove <= toCorner ? above : corner);
  }

  private void pixel(byte[] row, int from, int column, int at) {
    int wide = depth == 16 ? 2 : 1;
    switch (type) {
      case GREY -> {
        int value = sample(row, from, column);
        luma[at] = (byte) (depth < 8 ? value * 255 / ((1 << depth) - 1) : value);
        if (clipped && depth == 16) {
          luma[at] = value > 0 ? (byte) 255 : row[from + column * 2 + 1];
        }
        if (transparency != null) {
          int key = depth == 16 ? transparency[0] & 0xFF : transparency[1] & 0xFF;
          boolean clear =
              value == key && (depth < 16 || row[from + column * 2 + 1] == transparency[1]);
          alpha[at] = (byte) (clear ? 0 : 255);
        }
      }
      case GREY_ALPHA -> {
        int pixel = from + column * 2 * wide;
        luma[at] = row[pixel];
        alpha[at] = row[pixel + wide];
      }
      case PALETTE -> {
        int index = sample(row, from, column);
        if (3 * index >= palette.length) {
          throw corrupt("a pixel has a colour that its palette has not");
        }
        luma[at] =
            Luma.of(
                palette[3 * index] & 0xFF,
                palette[3 * index + 1] & 0xFF,
                palette[3 * index + 2] & 0xFF);
        if (transparency != null) {
          alpha[at] = index < transparency.length ? transparency[index] : (byte) 255;
        }
      }
      default -> {
        int pixel = from + column * (type == COLOUR ? 3 : 4) * wide;
        luma[at] =
            Luma.of(row[pixel] & 0xFF, row[pixel + wide] & 0xFF, row[pixel + 2 * wide] & 0xFF);
        if (type == COLOUR_ALPHA) {
          alpha[at] = row[pixel + 3 * wide];
        } else if (transparency != null) {
          alpha[at] = (byte) (isKey(row, pixel, wide) ? 0 : 255);
        }
      }
    }
  }

  private boolean isKey(byte[] row, int pixel, int wide) {
    for (int i = 0; i < 3 * wide; i++) {
      if (row[pixel + i] != transparency[wide == 2 ? i : 2 * i + 1]) {
        return false;
      }
    }
    return true;
  }

  /** The only sample of a pixel; the upper byte of 16 bits. */
  private int sample(byte[] row, int from, int column) {
    if (depth >= 8) {
      return row[from + column * (depth / 8)] & 0xFF;
    }
    int bit = column * depth;
    return ((row[from + bit / 8] & 0xFF) >> (8 - depth - bit % 8)) & ((1 << depth) - 1);
  }

  private String nameOfNext() {
    if (file.length - next < 12) {
      throw truncated();
    }
    StringBuilder name = new StringBuilder(4);
    for (int i = 4; i < 8; i++) {
      name.append((char) (file[next + i] & 0xFF));
    }
    return name.toString();
  }

  /** Passes over the next chunk, which must have this name, and returns the size of its data. */
  private int chunk(String name) {
    if (!nameOfNext().equals(name)) {
      throw corrupt("it does not start with a header");
    }
    int size = number(next);
    if (size < 0 || size > file.length - next - 12) {
      throw truncated();
    }
    if (Character.isUpperCase(name.charAt(0))) {
      CRC32 sum = new CRC32();
      sum.update(file, next + 4, size + 4);
      if ((int) sum.getValue() != number(next + 8 + size)) {
        throw corrupt("the checksum of one of its parts is wrong");
      }
    }
    next += 12 + size;
    return size;
  }

  private int number(int at) {
    return ((file[at] & 0xFF) << 24)
        | ((file[at + 1] & 0xFF) << 16)
        | ((file[at + 2] & 0xFF) << 8)
        | (file[at + 3] & 0xFF);
  }

  private static InputException truncated() {
    return new InputException("the PNG is truncated: its end is missing");
  }

  private static InputException corrupt(String how) {
    return new InputException("the PNG is corrupt: " + how);
  }
}
