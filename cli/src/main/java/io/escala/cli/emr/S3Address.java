package io.escala.cli.emr;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address in S3.
 *
 * @param bucket its bucket
 * @param key an object's key or a folder's, without slashes around it; may be empty
 */
record S3Address(String bucket, String key) {
  private static final Pattern TEXT = Pattern.compile("s3[an]?://([^/]+)(?:/(.*))?");

  /** What {@code s3://}, {@code s3a://} or, as EMR writes it, {@code s3n://} means. */
  static Optional<S3Address> of(String text) {
    Matcher matcher = TEXT.matcher(text == null ? "" : text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String key = matcher.group(2) == null ? "" : matcher.group(2);
    return Optional.of(new S3Address(matcher.group(1), key.replaceAll("^/+|/+$", "")));
  }

  /** An address below this one. */
  S3Address below(String name) {
    return new S3Address(bucket, key.isEmpty() ? name : key + "/" + name);
  }

  @Override
  public String toString() {
    return "s3://" + bucket + "/" + key;
  }
}
