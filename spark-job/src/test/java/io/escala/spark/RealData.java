package io.escala.spark;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The published files, which the repository does not carry. */
public final class RealData {
  private RealData() {}

  /** Skips the test, saying why, where the file is not. */
  public static Path file(String name) {
    Path file =
        Path.of(System.getProperty("escala.root"))
            .resolveSibling("shared")
            .resolve("data")
            .resolve(name);
    Assumptions.assumeTrue(Files.exists(file), () -> "there is no " + file + " on this machine");
    return file;
  }
}
