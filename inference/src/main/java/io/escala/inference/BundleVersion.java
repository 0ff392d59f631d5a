package io.escala.inference;

import static java.util.Objects.requireNonNull;

import io.escala.inference.json.Json;
import io.escala.inference.json.JsonException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/**
 * The name of one version of a model, such as {@code 20261123T194500Z-1a2b3c4d}: the UTC second of
 * its making, then the first 8 hex digits of the SHA-256 of its {@code model.onnx}. Sorts by time.
 */
public record BundleVersion(String text) implements Comparable<BundleVersion> {
  /**
   * @throws IllegalArgumentException if the text has not the form of a version
   */
  public BundleVersion {
    requireNonNull(text, "text is null");
    if (!isVersion(text)) {
      throw new IllegalArgumentException(
          "version is \""
              + Json.shown(text)
              + "\", but a version looks like 20261123T194500Z-1a2b3c4d");
    }
  }

  private static boolean isVersion(String text) {
    return text.length() == 25
        && Ascii.isDecimal(text, 0, 8)
        && text.charAt(8) == 'T'
        && Ascii.isDecimal(text, 9, 15)
        && text.startsWith("Z-", 15)
        && Ascii.isHex(text, 17, 25);
  }

  /**
   * The version of a model made at a time.
   *
   * @param modelSha256 64 hex digits, of {@code model.onnx}
   */
  public static BundleVersion of(Instant made, String modelSha256) {
    DateTimeFormatter second =
        DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    return new BundleVersion(
        second.format(made) + "-" + Sha256.checked(modelSha256).substring(0, 8));
  }

  /** The first 8 hex digits of the SHA-256 of {@code model.onnx}. */
  public String hashPrefix() {
    return text.substring(text.length() - 8);
  }

  /** What {@code current.json} says when this version is the one in service. */
  public String toPointerJson() {
    return "{\"version\": \"" + text + "\"}\n";
  }

  /**
   * The version that a {@code current.json} names.
   *
   * @throws BundleException if it is not such a file
   */
  public static BundleVersion fromPointerJson(byte[] json) {
    try {
      if (Json.parse(json) instanceof Map<?, ?> pointer
          && pointer.size() == 1
          && pointer.get("version") instanceof String version) {
        return new BundleVersion(version);
      }
      throw new BundleException("current.json must be {\"version\": \"...\"} and nothing else");
    } catch (JsonException | IllegalArgumentException e) {
      throw new BundleException("current.json cannot be used: " + e.getMessage(), e);
    }
  }

  // A record's own equals costs a cold JVM 10 ms: it is put together at its first call

  @Override
  public boolean equals(Object other) {
    return other instanceof BundleVersion version && text.equals(version.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public int compareTo(BundleVersion other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
