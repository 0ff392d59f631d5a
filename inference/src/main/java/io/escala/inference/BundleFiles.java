package io.escala.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The files of one bundle, wherever they are. */
@FunctionalInterface
public interface BundleFiles {
  /**
   * The content of a file.
   *
   * @param file a plain name such as {@code manifest.json}
   * @throws BundleException if there is no such file
   * @throws IOException if it cannot be read now; trying again may help
   */
  byte[] read(String file) throws IOException;

  /** The files of a folder on disk. */
  static BundleFiles of(Path folder) {
    // A class, not a lambda, because each lambda costs a cold start the making of one: half a
    // millisecond, the first of its shape two
    return new BundleFiles() {
      @Override
      public byte[] read(String file) throws IOException {
        try {
          return Files.readAllBytes(folder.resolve(file));
        } catch (NoSuchFileException e) {
          throw new BundleException("the bundle " + folder + " has no " + file, e);
        }
      }
    };
  }
}
