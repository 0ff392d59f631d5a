package io.escala.localaws.emr.s3fs;

import java.nio.file.Path;

/**
 * What the endpoint and the steps' JVMs agree on about the folders behind {@code s3://}. Free of
 * Hadoop's classes, which only the steps' JVMs have.
 */
public final class BucketFolders {
  /** The Hadoop setting that holds the folder in which each bucket is a folder. */
  public static final String SETTING = "escala.s3.folder";

  /** The class that Hadoop makes for {@code s3://}, by name: it cannot be loaded without Hadoop. */
  public static final String FILE_SYSTEM = "io.escala.localaws.emr.s3fs.S3FileSystem";

  private BucketFolders() {}

  /** Where files are written until they are closed, on the same disk and in no listing. */
  public static Path unfinishedBeside(Path buckets) {
    return buckets.resolveSibling("s3-unfinished");
  }
}
