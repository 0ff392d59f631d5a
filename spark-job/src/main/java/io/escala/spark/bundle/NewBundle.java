package io.escala.spark.bundle;

import io.escala.inference.Bundle;
import io.escala.inference.BundleVersion;
import io.escala.inference.Manifest;
import io.escala.inference.Model;
import io.escala.inference.Sha256;
import io.escala.spark.storage.SmallFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A model bundle ({@code docs/model-bundle.md}) in memory until it is published.
 *
 * @param manifest names each of the files with its hash
 * @param files the content by name, without the manifest itself: {@code model.onnx} at least
 */
public record NewBundle(Manifest manifest, Map<String, byte[]> files) {

  public NewBundle {
    files = new LinkedHashMap<>(files);
  }

  /** The version of a bundle with this graph that is made now. */
  public static BundleVersion version(Instant now, byte[] model) {
    return BundleVersion.of(now.truncatedTo(ChronoUnit.SECONDS), Sha256.of(model));
  }

  /** SHA-256 of each file, for the manifest. */
  public static Map<String, String> hashes(Map<String, byte[]> files) {
    Map<String, String> hashes = new LinkedHashMap<>();
    files.forEach((name, content) -> hashes.put(name, Sha256.of(content)));
    return hashes;
  }

  /**
   * Opens the bundle as every server of models will, and in ONNX Runtime, so that one which either
   * does not score as training did is never published.
   *
   * @throws io.escala.inference.BundleException if a loader would refuse it
   */
  public void verify() throws IOException {
    open().close();
  }

  /** The same, to ask the model for more. The caller closes it. */
  public Model open() throws IOException {
    Map<String, byte[]> all = new HashMap<>(files);
    all.put(Manifest.FILE_NAME, manifest.toJson().getBytes(StandardCharsets.UTF_8));
    return Bundle.openVerified(all::get);
  }

  /**
   * Writes the bundle below the models' root, its pointer last, and returns its folder. A reader
   * that does not see the pointer does not see the bundle.
   *
   * @param models the root, which need not exist
   */
  public Path publish(Configuration conf, Path models) throws IOException {
    SmallFiles storage = new SmallFiles(conf);
    Path folder = folder(models);
    if (storage.exists(folder)) {
      throw new IOException(
          folder + " exists already: another run wrote it within this second; run again");
    }
    try {
      return publishAgain(conf, models);
    } catch (IOException e) {
      storage.deleteFolder(folder);
      throw e;
    }
  }

  /**
   * The same for a task, which Spark may run twice: what an earlier attempt left is written over
   * with the same bytes, each file whole.
   */
  public Path publishAgain(Configuration conf, Path models) throws IOException {
    SmallFiles storage = new SmallFiles(conf);
    Path folder = folder(models);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      storage.write(new Path(folder, file.getKey()), file.getValue());
    }
    storage.write(
        new Path(folder, Manifest.FILE_NAME), manifest.toJson().getBytes(StandardCharsets.UTF_8));
    storage.write(
        new Path(folder.getParent(), Manifest.POINTER_FILE),
        manifest.version().toPointerJson().getBytes(StandardCharsets.UTF_8));
    return folder;
  }

  private Path folder(Path models) {
    return new Path(new Path(models, manifest.name()), manifest.version().text());
  }
}
