package io.escala.server;

import io.escala.inference.BundleSource;
import io.escala.inference.FolderBundleSource;
import io.escala.inference.Manifest;
import io.escala.s3.S3BundleSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Where the models are.
 *
 * @param location a folder, or {@code s3://bucket/prefix}
 */
record ModelsRoot(String location) {

  /** Whether it is a URI rather than a folder. */
  boolean isUri() {
    return location.contains("://");
  }

  /**
   * @param environment with the region and the credentials for S3
   */
  BundleSource source(Map<String, String> environment) {
    if (!isUri()) {
      checkFolder();
      return new FolderBundleSource(Path.of(location));
    }
    try {
      return new S3BundleSource(location, environment);
    } catch (IllegalArgumentException e) {
      throw new StartException(e.getMessage());
    }
  }

  /**
   * All of them together: folders, and at most one of S3.
   *
   * @param environment with the region and the credentials for S3
   * @throws StartException if one is no folder, or two hold the same model
   */
  static BundleSource source(List<ModelsRoot> roots, Map<String, String> environment) {
    if (roots.size() == 1) {
      return roots.get(0).source(environment);
    }
    List<ModelsRoot> folders = roots.stream().filter(root -> !root.isUri()).toList();
    names(folders);
    return new SeveralRoots(
        folders.stream().map(root -> Path.of(root.location)).toList(),
        roots.stream().filter(ModelsRoot::isUri).findFirst().map(root -> root.source(environment)));
  }

  /**
   * The models of all folders.
   *
   * @throws StartException if one is no folder, or holds none, or two hold the same
   */
  static List<String> names(List<ModelsRoot> roots) {
    Map<String, ModelsRoot> owners = new TreeMap<>();
    for (ModelsRoot root : roots) {
      root.checkFolder();
      for (String name : root.names()) {
        ModelsRoot other = owners.put(name, root);
        if (other != null) {
          throw new StartException(
              "both "
                  + other.location
                  + " and "
                  + root.location
                  + " hold a model "
                  + name
                  + ": serve one of them, or serve them on two ports");
        }
      }
    }
    return List.copyOf(owners.keySet());
  }

  /** The models of the folder: what has a pointer. */
  List<String> names() {
    Path folder = Path.of(location);
    List<String> models;
    try (Stream<Path> entries = Files.list(folder)) {
      models =
          entries
              .filter(f -> Files.isRegularFile(f.resolve(Manifest.POINTER_FILE)))
              .map(f -> f.getFileName().toString())
              .sorted()
              .toList();
    } catch (IOException e) {
      throw new StartException(folder + " cannot be read: " + e);
    }
    if (models.isEmpty()) {
      throw new StartException(
          folder
              + " holds no model: there is no <name>/current.json in it. Train one: ./escala job train --input-path"
              + " bank.csv --model-path "
              + folder);
    }
    return models;
  }

  private void checkFolder() {
    Path folder = Path.of(location);
    if (!Files.isDirectory(folder)) {
      throw new StartException(
          folder
              + (Files.exists(folder) ? " is not a folder" : " does not exist")
              + "; --models wants the folder that training writes models to");
    }
  }
}
