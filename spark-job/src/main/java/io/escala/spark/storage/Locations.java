package io.escala.spark.storage;

import io.escala.spark.Mistake;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/** Turns what users write into paths: plain ones, {@code file:}, {@code s3:} and the like. */
public final class Locations {
  private Locations() {}

  /**
   * The path that a text means.
   *
   * @throws Mistake if the text is no path
   */
  public static Path path(String given) {
    try {
      return new Path(given);
    } catch (IllegalArgumentException e) {
      throw new Mistake("'" + given + "' is not a path: " + e.getMessage(), e);
    }
  }

  /**
   * The file system that a path belongs to.
   *
   * @throws Mistake if nothing on the class path knows the scheme
   */
  public static FileSystem fileSystem(Configuration conf, Path path) throws IOException {
    try {
      return path.getFileSystem(conf);
    } catch (UnsupportedFileSystemException e) {
      throw new Mistake(path + ": " + e.getMessage() + " in this Spark installation", e);
    }
  }
}
