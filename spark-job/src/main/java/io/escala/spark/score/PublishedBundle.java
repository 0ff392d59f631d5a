package io.escala.spark.score;

import io.escala.inference.Bundle;
import io.escala.inference.BundleException;
import io.escala.inference.BundleVersion;
import io.escala.inference.Manifest;
import io.escala.spark.Mistake;
import io.escala.spark.storage.Locations;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A bundle read from where it is published, verified.
 *
 * @param folder of the bundle
 * @param files its content by name, the manifest too, the report not
 */
record PublishedBundle(Path folder, Manifest manifest, Map<String, byte[]> files) {

  /**
   * The bundle in a folder, or the current one of a model's folder.
   *
   * @throws Mistake if there is none, or it is refused
   */
  static PublishedBundle at(Configuration conf, String given) throws IOException {
    Path path = Locations.path(given);
    FileSystem fs = Locations.fileSystem(conf, path);
    try {
      Path folder = fs.exists(new Path(path, Manifest.FILE_NAME)) ? path : current(fs, path, given);
      Map<String, byte[]> files = new HashMap<>();
      files.put(Manifest.FILE_NAME, read(fs, folder, Manifest.FILE_NAME));
      Manifest manifest = Manifest.fromJson(files.get(Manifest.FILE_NAME));
      for (String file : manifest.files().keySet()) {
        if (!file.equals(Manifest.REPORT_FILE)) {
          files.put(file, read(fs, folder, file));
        }
      }
      Bundle.open(files::get).close();
      return new PublishedBundle(fs.makeQualified(folder), manifest, files);
    } catch (BundleException e) {
      throw new Mistake(given + ": the model is refused: " + e.getMessage(), e);
    }
  }

  private static Path current(FileSystem fs, Path path, String given) throws IOException {
    if (!fs.exists(new Path(path, Manifest.POINTER_FILE))) {
      throw new Mistake(
          given
              + ": there is neither "
              + Manifest.FILE_NAME
              + " nor "
              + Manifest.POINTER_FILE
              + "; give the folder of a model, such as models/wine, or of one of its versions");
    }
    BundleVersion version = BundleVersion.fromPointerJson(read(fs, path, Manifest.POINTER_FILE));
    return new Path(path, version.text());
  }

  private static byte[] read(FileSystem fs, Path folder, String file) throws IOException {
    try (InputStream in = fs.open(new Path(folder, file))) {
      return in.readAllBytes();
    } catch (FileNotFoundException e) {
      throw new BundleException("the bundle " + folder + " has no " + file, e);
    }
  }
}
