package io.escala.lambda;

import io.escala.inference.BundleFiles;
import io.escala.inference.BundleSource;
import io.escala.inference.BundleVersion;
import io.escala.inference.FolderBundleSource;
import io.escala.s3.S3BundleSource;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * The models root that training writes to. It is opened when it is first asked: the start of an S3
 * client is paid by the request that needs one.
 */
final class TrainedModels implements BundleSource {
  private final Settings settings;
  private final Map<String, String> environment;
  private BundleSource open;

  TrainedModels(Settings settings, Map<String, String> environment) {
    this.settings = settings;
    this.environment = environment;
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
      open =
          settings.folder().isPresent()
              ? new FolderBundleSource(settings.folder().get())
              : new S3BundleSource(settings.modelsUri(), environment);
    }
    return open;
  }
}
