package io.escala.spark.score;

import io.escala.inference.Bundle;
import io.escala.inference.Manifest;
import io.escala.inference.Model;
import io.escala.inference.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The models that are open in this JVM, one session each for all of its tasks, verified when it is
 * opened. None is closed before the JVM ends: another task may be scoring.
 */
final class ExecutorModels {
  private static final Map<String, Model> OPEN = new ConcurrentHashMap<>();

  private ExecutorModels() {}

  /**
   * @param files the content of a bundle by name
   */
  static Model of(Map<String, byte[]> files) {
    // The manifest holds the hash of every other file, so its own hash tells bundles apart
    return OPEN.computeIfAbsent(
        Sha256.of(files.get(Manifest.FILE_NAME)),
        hash -> {
          try {
            return Bundle.open(files::get);
          } catch (IOException e) {
            throw new UncheckedIOException("a map of bytes does not fail", e);
          }
        });
  }
}
