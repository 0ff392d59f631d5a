package io.escala.localaws.state;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** A folder with all that is in it. */
public final class FileTree {
  private FileTree() {}

  /**
   * Removes it; done when there is none.
   *
   * @throws UncheckedIOException that names it, when that fails
   */
  public static void delete(Path root) {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + root + ": " + e.getMessage(), e);
    }
  }

  /**
   * Unpacks a zip into it.
   *
   * @param limit bytes that the files may have together
   * @throws IllegalArgumentException when they have more, or an entry leads out of the folder
   * @throws java.util.zip.ZipException when the file is no zip
   */
  public static void unzip(Path zip, Path root, long limit) throws IOException {
    long left = limit;
    try (ZipFile file = new ZipFile(zip.toFile())) {
      for (ZipEntry entry : file.stream().toList()) {
        Path path = root.resolve(entry.getName()).normalize();
        if (!path.startsWith(root)) {
          throw new IllegalArgumentException("an entry of the zip leads out: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(path);
          continue;
        }
        Files.createDirectories(path.getParent());
        try (InputStream in = file.getInputStream(entry)) {
          left -= Files.copy(in, path);
        }
        if (left < 0) {
          throw new IllegalArgumentException(
              "Unzipped size must be smaller than " + limit + " bytes");
        }
      }
    }
  }
}
