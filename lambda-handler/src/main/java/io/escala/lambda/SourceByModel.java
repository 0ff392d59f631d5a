package io.escala.lambda;

import io.escala.inference.BundleFiles;
import io.escala.inference.BundleSource;
import io.escala.inference.BundleVersion;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Several models roots as one: each model has its own. */
record SourceByModel(Map<String, BundleSource> sources) implements BundleSource {
  @Override
  public Optional<BundleVersion> current(String model) throws IOException {
    return sources.get(model).current(model);
  }

  @Override
  public BundleFiles files(String model, BundleVersion version) {
    return sources.get(model).files(model, version);
  }
}
