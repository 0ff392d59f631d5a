package io.escala.inference;

import java.io.IOException;
import java.util.Optional;

/**
 * Where models are published: a root that holds {@code <model>/current.json} and {@code
 * <model>/<version>/...}.
 */
public interface BundleSource {
  /**
   * The version that a model's {@code current.json} names.
   *
   * @return empty if there is no {@code current.json}: the model has no version yet
   * @throws BundleException if {@code current.json} is not such a file
   * @throws IOException if it cannot be read now; trying again may help
   */
  Optional<BundleVersion> current(String model) throws IOException;

  /** The files of one version. */
  BundleFiles files(String model, BundleVersion version);
}
