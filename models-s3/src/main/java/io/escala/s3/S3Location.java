package io.escala.s3;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A prefix in a bucket, and how its objects are reached over HTTP.
 *
 * @param prefix without a slash at either end; may be empty
 * @param base what comes before an object's key, ending with a slash
 */
record S3Location(String bucket, String prefix, String region, String base) {

  /**
   * @param s3Uri {@code s3://bucket/prefix}
   * @param environment {@code AWS_REGION}, and {@code AWS_ENDPOINT_URL_S3} or {@code
   *     AWS_ENDPOINT_URL} if S3 is elsewhere
   * @throws IllegalArgumentException if the URI or the environment cannot be used
   */
  static S3Location of(String s3Uri, Map<String, String> environment) {
    String rest = s3Uri.substring("s3://".length());
    int slash = rest.indexOf('/');
    String bucket = slash < 0 ? rest : rest.substring(0, slash);
    if (!bucket.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")) {
      throw new IllegalArgumentException(
          "the models are to be read from " + s3Uri + ", which does not name a bucket");
    }
    String prefix = slash < 0 ? "" : rest.substring(slash + 1).replaceAll("/+$", "");
    String region = environment.getOrDefault("AWS_REGION", "");
    if (!region.matches("[a-z0-9-]+")) {
      throw new IllegalArgumentException(
          "AWS_REGION is \"" + region + "\", but must be a region such as eu-west-1");
    }
    return new S3Location(bucket, prefix, region, base(bucket, region, environment));
  }

  private static String base(String bucket, String region, Map<String, String> environment) {
    String endpoint =
        environment.getOrDefault(
            "AWS_ENDPOINT_URL_S3", environment.getOrDefault("AWS_ENDPOINT_URL", ""));
    if (!endpoint.isBlank()) {
      return endpoint.strip().replaceAll("/+$", "") + "/" + bucket + "/";
    }
    String host =
        "s3." + region + (region.startsWith("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com");
    // S3's certificate covers one label before its name: a bucket with dots has several
    return bucket.contains(".")
        ? "https://" + host + "/" + bucket + "/"
        : "https://" + bucket + "." + host + "/";
  }

  /** The key of an object below the prefix. */
  String key(String relative) {
    return prefix.isEmpty() ? relative : prefix + "/" + relative;
  }

  /** Where an object is. */
  URI uri(String key) {
    return URI.create(
        base
            + Arrays.stream(key.split("/", -1))
                .map(
                    s ->
                        URLEncoder.encode(s, StandardCharsets.UTF_8)
                            .replace("+", "%20")
                            .replace("*", "%2A"))
                .collect(Collectors.joining("/")));
  }

  /** As a person writes it. */
  String shown(String key) {
    return "s3://" + bucket + "/" + key;
  }
}
