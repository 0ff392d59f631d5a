package io.escala.server;

import io.escala.inference.BundleFiles;
import io.escala.inference.BundleSource;
import io.escala.inference.BundleVersion;
import io.escala.inference.FolderBundleSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Folders of models that are served together. A model is in one of them.
 *
 * @param roots at least one
 */
record SeveralFolders(List<Path> roots) implements BundleSource {
  @Override
  public Optional<BundleVersion> current(String model) throws IOException {
    for (Path root : roots) {
      Optional<BundleVersion> version = new FolderBundleSource(root).current(model);
      if (version.isPresent()) {
        return version;
      }
    }
    return Optional.empty();
  }

  @Override
  public BundleFiles files(String model, BundleVersion version) {
    Path owner =
        roots.stream()
            .filter(root -> Files.isDirectory(root.resolve(model).resolve(version.text())))
            .findFirst()
            .orElse(roots.get(0));
    return new FolderBundleSource(owner).files(model, version);
  }

  @Override
  public String toString() {
    return "folders " + roots;
  }
}
