package io.escala.image;

import java.util.List;

/**
 * An image that is where it was to go.
 *
 * @param uri {@code repository@sha256:...}: this image and no other, for good
 * @param digest of its manifest, {@code sha256:...}
 * @param tag under which it was put
 * @param reused whether it was there before, made of the same
 * @param layers from the base up
 */
record BuiltImage(String uri, String digest, String tag, boolean reused, List<LayerSize> layers) {
  /**
   * One layer.
   *
   * @param name {@code base}, {@code libs}, {@code models} or {@code classes}
   * @param digest {@code sha256:...}
   * @param bytes as they are pushed and pulled, compressed
   */
  record LayerSize(String name, String digest, long bytes) {}

  BuiltImage {
    layers = List.copyOf(layers);
  }
}
