package io.escala.spark.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * Writes files that fit in memory so that a reader sees the old one or the new one, never a part.
 */
public final class SmallFiles {
  private final Configuration conf;

  public SmallFiles(Configuration conf) {
    this.conf = conf;
  }

  /** Creates or replaces a file, and the folders above it. */
  public void write(Path file, byte[] content) throws IOException {
    FileSystem fs = fileSystem(file);
    if (fs.getUri().getScheme().startsWith("s3")) {
      put(fs, file, content); // an object appears when its upload ends, whole
      return;
    }
    String partialName = "_" + file.getName() + "." + UUID.randomUUID() + ".partial";
    if (fs instanceof RawLocalFileSystem local) {
      writeHere(local.pathToFile(file).toPath(), partialName, content);
      return;
    }
    Path partial = new Path(file.getParent(), partialName);
    try {
      put(fs, partial, content);
      FileContext.getFileContext(partial.toUri(), conf)
          .rename(partial, file, Options.Rename.OVERWRITE);
    } finally {
      fs.delete(partial, false);
    }
  }

  /** Without Hadoop, which starts a process (chmod) for each file and folder that it makes. */
  private static void writeHere(java.nio.file.Path file, String partialName, byte[] content)
      throws IOException {
    java.nio.file.Path partial = file.resolveSibling(partialName);
    try {
      Files.createDirectories(file.getParent());
      try {
        Files.write(partial, content);
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(partial);
      }
    } catch (FileSystemException e) {
      // Its message is no more than a path
      throw new IOException(
          "cannot write "
              + file
              + " ("
              + e.getClass().getSimpleName()
              + ": "
              + e.getMessage()
              + ")",
          e);
    }
  }

  /** Removes a folder and all below it. */
  public void deleteFolder(Path folder) throws IOException {
    fileSystem(folder).delete(folder, true);
  }

  public boolean exists(Path path) throws IOException {
    return fileSystem(path).exists(path);
  }

  private static void put(FileSystem fs, Path file, byte[] content) throws IOException {
    try (OutputStream out = fs.create(file, true)) {
      out.write(content);
    }
  }

  private FileSystem fileSystem(Path path) throws IOException {
    FileSystem fs = Locations.fileSystem(conf, path);
    // Hadoop's local file system leaves a .crc beside each file; the one below it does not
    return fs instanceof LocalFileSystem local ? local.getRawFileSystem() : fs;
  }
}
