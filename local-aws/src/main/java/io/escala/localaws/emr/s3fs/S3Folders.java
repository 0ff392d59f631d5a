package io.escala.localaws.emr.s3fs;

import java.nio.file.Path;

/**
 * What the endpoint and {@link S3FileSystem} in a step's JVM agree on. The endpoint itself has no
 * Hadoop on its class path, so that it must not touch that class.
 */
public final class S3Folders {
  /** The file system's class, for Hadoop's {@code fs.s3.impl}. */
  public static final String FILE_SYSTEM = "io.escala.localaws.emr.s3fs.S3FileSystem";

  /** The configuration key that holds the folder with a folder for each bucket. */
  public static final String FOLDER = "escala.s3.folder";

  private S3Folders() {}

  /** Where objects are written until they are closed: on the same disk, in no bucket. */
  public static Path unfinishedBeside(Path buckets) {
    return buckets.resolveSibling("s3-unfinished");
  }
}
