package io.escala.server;

import io.escala.inference.BundleVersion;
import io.escala.inference.Manifest;
import java.util.Optional;

/**
 * A model that was asked for: {@code bank}, in the version that is current, or {@code
 * bank@20261123T194500Z-1a2b3c4d}, in that one for good.
 */
record ModelName(String name, Optional<BundleVersion> version) {

  /**
   * @throws IllegalArgumentException if it is neither, saying what it must be
   */
  static ModelName of(String text) {
    int at = text.indexOf('@');
    String name = at < 0 ? text : text.substring(0, at);
    Manifest.checkName(name, "--model");
    if (at < 0) {
      return new ModelName(name, Optional.empty());
    }
    try {
      return new ModelName(name, Optional.of(new BundleVersion(text.substring(at + 1))));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--model is " + text + ": its " + e.getMessage(), e);
    }
  }
}
