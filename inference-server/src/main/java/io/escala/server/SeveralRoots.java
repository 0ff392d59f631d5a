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
 * Models roots that are served together: folders, and what is elsewhere. A folder that has a model,
 * or the version asked for, is where it is read; anything else is looked for elsewhere.
 *
 * @param elsewhere none if folders are all there is; then there are at least two
 */
record SeveralRoots(List<Path> folders, Optional<BundleSource> elsewhere) implements BundleSource {
  @Override
  public Optional<BundleVersion> current(String model) throws IOException {
    for (Path folder : folders) {
      Optional<BundleVersion> version = new FolderBundleSource(folder).current(model);
      if (version.isPresent()) {
        return version;
      }
    }
    return elsewhere.isPresent() ? elsewhere.get().current(model) : Optional.empty();
  }

  @Override
  public BundleFiles files(String model, BundleVersion version) {
    for (Path folder : folders) {
      if (Files.isDirectory(folder.resolve(model).resolve(version.text()))) {
        return new FolderBundleSource(folder).files(model, version);
      }
    }
    return elsewhere.orElseGet(() -> new FolderBundleSource(folders.get(0))).files(model, version);
  }

  @Override
  public String toString() {
    return "folders " + folders + elsewhere.map(source -> ", " + source).orElse("");
  }
}
