package io.escala.localaws.s3;

import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What is set on a bucket.
 *
 * @param bucket the bucket's name
 * @param created when it was made
 * @param policy its policy as JSON text; {@code null} for none
 * @param sseAlgorithm {@code AES256} or {@code aws:kms}: reported, the files stay readable
 * @param kmsKey the key of {@code aws:kms}; {@code null} for none
 * @param tags its tags
 */
public record BucketSettings(
    String bucket,
    Instant created,
    String policy,
    String sseAlgorithm,
    String kmsKey,
    Map<String, String> tags) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

  static boolean isBucketName(String name) {
    return NAME.matcher(name).matches() && !name.contains("..");
  }

  static BucketSettings fresh(String bucket, Instant created) {
    return new BucketSettings(bucket, created, null, "AES256", null, Map.of());
  }

  BucketSettings withPolicy(String json) {
    return new BucketSettings(bucket, created, json, sseAlgorithm, kmsKey, tags);
  }

  BucketSettings withEncryption(String algorithm, String key) {
    return new BucketSettings(bucket, created, policy, algorithm, key, tags);
  }

  BucketSettings withTags(Map<String, String> newTags) {
    return new BucketSettings(bucket, created, policy, sseAlgorithm, kmsKey, newTags);
  }
}
