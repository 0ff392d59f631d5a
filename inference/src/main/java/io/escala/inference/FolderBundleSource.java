package io.escala.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A models root on disk.
 *
 * @param root holds a folder for each model; need not exist yet
 */
public record FolderBundleSource(Path root) implements BundleSource {
  @Override
  public Optional<BundleVersion> current(String model) throws IOException {
    try {
      byte[] pointer = Files.readAllBytes(root.resolve(model).resolve(Manifest.POINTER_FILE));
      return Optional.of(BundleVersion.fromPointerJson(pointer));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public BundleFiles files(String model, BundleVersion version) {
    return BundleFiles.of(root.resolve(model).resolve(version.text()));
  }

  @Override
  public String toString() {
    return "folder " + root;
  }
}
