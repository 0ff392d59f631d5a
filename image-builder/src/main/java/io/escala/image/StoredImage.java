package io.escala.image;

import com.google.cloud.tools.jib.image.json.BuildableManifestTemplate;
import com.google.cloud.tools.jib.image.json.ManifestTemplate;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An image as its place has it.
 *
 * @param digest of its manifest
 * @param layers from the base up
 * @param labels of its configuration; none if it is no image but a list of some
 */
record StoredImage(String digest, List<Blob> layers, Map<String, String> labels) {
  /** A layer's digest and compressed size. */
  record Blob(String digest, long bytes) {}

  /** Reads a blob of the place by its digest. */
  @FunctionalInterface
  interface Blobs {
    byte[] read(BuildableManifestTemplate.ContentDescriptorTemplate blob) throws IOException;
  }

  static StoredImage of(String digest, ManifestTemplate manifest, Blobs blobs) throws IOException {
    if (!(manifest instanceof BuildableManifestTemplate image)) {
      return new StoredImage(digest, List.of(), Map.of());
    }
    byte[] configuration = blobs.read(image.getContainerConfiguration());
    return new StoredImage(
        digest,
        image.getLayers().stream()
            .map(layer -> new Blob(layer.getDigest().toString(), layer.getSize()))
            .toList(),
        labels(configuration));
  }

  private static Map<String, String> labels(byte[] configuration) {
    JsonObject config =
        JsonParser.parseString(new String(configuration, StandardCharsets.UTF_8))
            .getAsJsonObject()
            .getAsJsonObject("config");
    Map<String, String> labels = new TreeMap<>();
    if (config != null && config.get("Labels") instanceof JsonObject found) {
      for (Map.Entry<String, JsonElement> label : found.entrySet()) {
        labels.put(label.getKey(), label.getValue().getAsString());
      }
    }
    return labels;
  }
}
