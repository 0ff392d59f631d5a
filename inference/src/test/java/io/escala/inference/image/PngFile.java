package io.escala.inference.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes PNGs chunk by chunk, those among them that no encoder would write. */
final class PngFile {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  PngFile() {
    out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});
  }

  /** A whole file of grey pixels, row by row. */
  static byte[] grey(int width, int height, byte[] pixels) {
    byte[] rows = new byte[(width + 1) * height];
    for (int y = 0; y < height; y++) {
      System.arraycopy(pixels, y * width, rows, y * (width + 1) + 1, width);
    }
    return new PngFile().header(width, height, 8, 0, 0).pixels(rows).end();
  }

  /** A whole file as a drawing program writes it: black, more or less opaque. */
  static byte[] blackWithAlpha(int width, int height, byte[] opacity) {
    byte[] rows = new byte[(2 * width + 1) * height];
    for (int i = 0; i < opacity.length; i++) {
      rows[i / width * (2 * width + 1) + 2 + 2 * (i % width)] = opacity[i];
    }
    return new PngFile().header(width, height, 8, 4, 0).pixels(rows).end();
  }

  PngFile header(int width, int height, int depth, int colour, int interlaced) {
    return chunk(
        "IHDR",
        ByteBuffer.allocate(13)
            .putInt(width)
            .putInt(height)
            .put((byte) depth)
            .put((byte) colour)
            .put((byte) 0)
            .put((byte) 0)
            .put((byte) interlaced)
            .array());
  }

  PngFile pixels(byte[] rows) {
    return chunk("IDAT", deflated(rows));
  }

  PngFile chunk(String name, byte[] data) {
    byte[] named = (name + "\0").getBytes(US_ASCII);
    CRC32 sum = new CRC32();
    sum.update(named, 0, 4);
    sum.update(data);
    out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
    out.write(named, 0, 4);
    out.writeBytes(data);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
    return this;
  }

  byte[] end() {
    return chunk("IEND", new byte[0]).out.toByteArray();
  }

  static byte[] deflated(byte[] data) {
    Deflater deflater = new Deflater();
    deflater.setInput(data);
    deflater.finish();
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    byte[] buffer = new byte[1 << 16];
    while (!deflater.finished()) {
      packed.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    return packed.toByteArray();
  }
}
