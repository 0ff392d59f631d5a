package io.escala.s3;

import java.io.IOException;
import java.util.Map;

/** A prefix in S3 to which answers are written. */
public final class S3Results {
  private final S3Location location;
  private final S3Objects objects;

  /**
   * @param s3Uri {@code s3://bucket/prefix}
   * @param environment as for {@link S3BundleSource}
   * @throws IllegalArgumentException if one of them cannot be used or is missing
   */
  public S3Results(String s3Uri, Map<String, String> environment) {
    this.location = S3Location.of(s3Uri, environment);
    this.objects = new S3Objects(location, Credentials.from(environment));
  }

  /**
   * Writes an answer. One of the same name is replaced.
   *
   * @param name below the prefix
   * @throws IOException if S3 refuses, fails or does not answer in time
   */
  public void write(String name, byte[] json) throws IOException {
    objects.put(location.key(name), json);
  }
}
