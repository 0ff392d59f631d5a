package io.escala.server;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** ONNX Runtime's libraries, which the build has unpacked beside the jars. */
final class NativeLibraries {
  private static final Map<String, String> FOLDERS =
      Map.of("amd64", "linux-x64", "aarch64", "linux-aarch64");

  private NativeLibraries() {}

  /**
   * ONNX Runtime copies its libraries out of its jar at each start unless it is told where they
   * are: that takes 190 ms and a folder that can be written to.
   */
  static void use() {
    String folder = FOLDERS.get(System.getProperty("os.arch"));
    if (System.getProperty("onnxruntime.native.path") != null
        || folder == null
        || !System.getProperty("os.name").equals("Linux")) {
      return;
    }
    Path libraries = ownJar().resolveSibling("libs").resolve("native").resolve(folder);
    if (Files.isDirectory(libraries)) {
      System.setProperty("onnxruntime.native.path", libraries.toString());
    }
  }

  private static Path ownJar() {
    URI location;
    try {
      location = NativeLibraries.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the class path has an entry that is no URI", e);
    }
    return Path.of(location);
  }
}
