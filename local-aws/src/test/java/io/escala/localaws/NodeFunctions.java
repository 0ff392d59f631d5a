package io.escala.localaws;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** An endpoint that runs functions of Node, and neither Java's nor EMR steps. */
public final class NodeFunctions {
  private NodeFunctions() {}

  /**
   * Its options.
   *
   * @param folder the state's
   */
  public static Options options(Path folder, String region) {
    return new Options(
        folder,
        0,
        null,
        Path.of(System.getProperty("lambda.runtime.folder")),
        List.of(),
        null,
        Map.of(),
        region,
        Options.DEFAULT_ACCOUNT,
        folder);
  }
}
