package io.escala.server;

import io.escala.inference.BundleException;
import io.escala.inference.BundleSource;
import io.escala.inference.BundleVersion;
import io.escala.inference.Manifest;
import java.io.IOException;

/** What a source says of models, for commands that end when it says nothing. */
final class ServedModels {
  private ServedModels() {}

  /** The version of a model that is to be served. */
  static BundleVersion version(BundleSource source, String name) {
    try {
      return source
          .current(name)
          .orElseThrow(
              () ->
                  new StartException(
                      "model "
                          + name
                          + " is not there: "
                          + source
                          + " has no "
                          + name
                          + "/"
                          + Manifest.POINTER_FILE
                          + ", which training writes last"));
    } catch (BundleException | IOException e) {
      throw new StartException("model " + name + " cannot be read: " + e.getMessage());
    }
  }

  /** The manifest of that version. */
  static Manifest manifest(BundleSource source, String name) {
    BundleVersion version = version(source, name);
    try {
      return Manifest.fromJson(source.files(name, version).read(Manifest.FILE_NAME));
    } catch (BundleException | IOException e) {
      throw new StartException(
          "version " + version + " of model " + name + " cannot be read: " + e.getMessage());
    }
  }
}
