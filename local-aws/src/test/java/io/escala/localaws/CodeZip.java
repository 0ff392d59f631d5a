package io.escala.localaws;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The code of a function of Node as Lambda takes it. */
public final class CodeZip {
  private CodeZip() {}

  /**
   * A zip with a function that answers {@code expression}.
   *
   * @param more files that are in it too, empty ones
   */
  public static byte[] of(String expression, String... more) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("index.js"));
      zip.write(("exports.handler = async () => (" + expression + ")").getBytes(UTF_8));
      for (String file : more) {
        zip.putNextEntry(new ZipEntry(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
