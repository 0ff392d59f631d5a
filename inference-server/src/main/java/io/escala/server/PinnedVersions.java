package io.escala.server;

import io.escala.inference.BundleFiles;
import io.escala.inference.BundleSource;
import io.escala.inference.BundleVersion;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where some models have a version that was asked for: what their {@code current.json} says is not
 * even read.
 */
record PinnedVersions(BundleSource source, Map<String, BundleVersion> pinned)
    implements BundleSource {

  /** The source itself if no version is asked for. */
  static BundleSource of(BundleSource source, List<ModelName> models) {
    Map<String, BundleVersion> pinned = new TreeMap<>();
    models.forEach(model -> model.version().ifPresent(v -> pinned.put(model.name(), v)));
    return pinned.isEmpty() ? source : new PinnedVersions(source, pinned);
  }

  @Override
  public Optional<BundleVersion> current(String model) throws IOException {
    BundleVersion version = pinned.get(model);
    return version == null ? source.current(model) : Optional.of(version);
  }

  @Override
  public BundleFiles files(String model, BundleVersion version) {
    return source.files(model, version);
  }

  @Override
  public String toString() {
    return source.toString();
  }
}
