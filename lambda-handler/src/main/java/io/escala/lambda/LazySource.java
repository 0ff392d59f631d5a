package io.escala.lambda;

import io.escala.inference.BundleFiles;
import io.escala.inference.BundleSource;
import io.escala.inference.BundleVersion;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A models root that is opened when it is first asked: the start of an S3 client is paid by the
 * request that needs one.
 */
final class LazySource implements BundleSource {
  private final Supplier<BundleSource> opening;
  private BundleSource open;

  LazySource(Supplier<BundleSource> opening) {
    this.opening = opening;
  }

  @Override
  public Optional<BundleVersion> current(String model) throws IOException {
    return source().current(model);
  }

  @Override
  public BundleFiles files(String model, BundleVersion version) {
    return source().files(model, version);
  }

  /** Forgets what is open, credentials too; the next question opens anew. */
  synchronized void close() {
    open = null;
  }

  private synchronized BundleSource source() {
    if (open == null) {
      open = opening.get();
    }
    return open;
  }
}
