package io.escala.s3;

import io.escala.inference.BundleException;
import io.escala.inference.BundleFiles;
import io.escala.inference.BundleSource;
import io.escala.inference.BundleVersion;
import io.escala.inference.Manifest;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * A models root in S3. Files are read into memory: there is nothing on disk to clean up when a
 * version retires.
 */
public final class S3BundleSource implements BundleSource {
  private final S3Location location;
  private final S3Objects objects;

  /**
   * @param s3Uri {@code s3://bucket/prefix}
   * @param environment {@code AWS_REGION}; {@code AWS_ENDPOINT_URL_S3} or {@code AWS_ENDPOINT_URL}
   *     if S3 is elsewhere; credentials: {@code AWS_ACCESS_KEY_ID}, {@code AWS_SECRET_ACCESS_KEY}
   *     and {@code AWS_SESSION_TOKEN}, or what EKS Pod Identity gives a pod
   * @throws IllegalArgumentException if one of them cannot be used or is missing
   */
  public S3BundleSource(String s3Uri, Map<String, String> environment) {
    this.location = S3Location.of(s3Uri, environment);
    this.objects = new S3Objects(location, Credentials.from(environment));
  }

  @Override
  public Optional<BundleVersion> current(String model) throws IOException {
    return objects
        .get(location.key(model + "/" + Manifest.POINTER_FILE))
        .map(BundleVersion::fromPointerJson);
  }

  @Override
  public BundleFiles files(String model, BundleVersion version) {
    return file -> {
      String key = location.key(model + "/" + version + "/" + file);
      return objects
          .get(key)
          .orElseThrow(() -> new BundleException(location.shown(key) + " is not there"));
    };
  }

  @Override
  public String toString() {
    return location.shown(location.prefix());
  }
}
