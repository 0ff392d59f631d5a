package io.escala.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Unpacks what the CDK packed. */
final class Zip {
  /** Of the function's disk, 1024 MB, the layers and the base image need the rest. */
  private static final long MAX_BYTES = 400L << 20;

  private static final int MAX_ENTRIES = 20_000;

  private Zip() {}

  /**
   * Unpacks a zip into an empty folder.
   *
   * @param name of the zip, for whoever reads what is wrong with it
   * @throws ImageException if it is no zip, is too large, or has a file that would land elsewhere
   */
  static void unpack(Path zip, String name, Path folder) throws ImageException, IOException {
    Path root = folder.toAbsolutePath().normalize();
    try (ZipFile opened = new ZipFile(zip.toFile())) {
      if (opened.size() > MAX_ENTRIES) {
        throw new ImageException(
            name + " has " + opened.size() + " files, but may have " + MAX_ENTRIES);
      }
      long left = MAX_BYTES;
      for (ZipEntry entry : Collections.list(opened.entries())) {
        Path target = target(root, name, entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(target);
          continue;
        }
        Files.createDirectories(target.getParent());
        try (InputStream in = opened.getInputStream(entry);
            OutputStream out = Files.newOutputStream(target)) {
          byte[] buffer = new byte[1 << 16];
          for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            left -= read;
            if (left < 0) {
              throw new ImageException(
                  name + " holds more than " + (MAX_BYTES >> 20) + " MB, which is the most");
            }
            out.write(buffer, 0, read);
          }
        }
      }
    } catch (ZipException e) {
      throw new ImageException(name + " is no zip: " + e.getMessage(), e);
    }
  }

  private static Path target(Path root, String name, String entry) throws ImageException {
    try {
      Path target = root.resolve(entry).normalize();
      if (target.startsWith(root) && !Path.of(entry).isAbsolute() && !entry.contains("\\")) {
        return target;
      }
    } catch (InvalidPathException e) {
      // said below
    }
    throw new ImageException(
        name + " has a file that would be written outside of its folder: " + entry);
  }
}
