package io.escala.infra.config;

import static java.util.Objects.requireNonNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the training rows come from. */
public sealed interface Input {

  /** The cluster makes the rows itself, from a seed, before it trains. */
  record Generated(long rows, long seed) implements Input {
    public Generated {
      EscalaConfig.ROWS.require(rows);
      EscalaConfig.SEED.require(seed);
    }
  }

  /** A file of the machine that runs the CDK: it travels as an asset. */
  record LocalFile(Path path) implements Input {
    public LocalFile {
      requireNonNull(path, "path is null");
    }
  }

  /**
   * An object or a folder that is in S3 already. {@code key} has no slash at its ends and may be
   * empty: the bucket.
   */
  record S3(String bucket, String key) implements Input {
    public S3 {
      requireNonNull(bucket, "bucket is null");
      requireNonNull(key, "key is null");
    }

    /** The whole address, {@code s3://bucket/key}. */
    public String uri() {
      return "s3://" + bucket + "/" + key;
    }
  }

  /**
   * No wildcards: the address also becomes an IAM resource, where {@code *} would widen what the
   * cluster may read.
   */
  Pattern S3_URI =
      Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([\\w!.'()/=+@-]*?)/?)?");

  /**
   * Reads the value of the key {@code input}.
   *
   * @param text an {@code s3://} address or the path of a file
   * @param root what a relative path is relative to
   * @throws IllegalArgumentException if it is neither, saying what is allowed
   */
  static Input of(String text, Path root) {
    if (text.startsWith("s3:")) {
      Matcher uri = S3_URI.matcher(text);
      if (!uri.matches()) {
        throw new IllegalArgumentException(
            "must look like s3://bucket/folder/file.csv, without wildcards and spaces");
      }
      return new S3(uri.group(1), uri.group(2) == null ? "" : uri.group(2));
    }
    if (text.contains("://")) {
      throw new IllegalArgumentException("must be the path of a file, or an s3:// address");
    }
    Path path = root.resolve(text).normalize();
    if (!Files.exists(path)) {
      throw new IllegalArgumentException("there is no such file: " + path);
    }
    if (!Files.isRegularFile(path)) {
      throw new IllegalArgumentException(
          "must be a file, and this is a folder: put its files in S3 and give s3://…");
    }
    if (!Files.isReadable(path)) {
      throw new IllegalArgumentException("the file may not be read: " + path);
    }
    return new LocalFile(path);
  }
}
