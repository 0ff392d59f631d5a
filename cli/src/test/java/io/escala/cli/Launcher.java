package io.escala.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * {@code ./escala} as a person runs it.
 *
 * @param folder for what it prints
 * @param home its {@code ESCALA_HOME}
 */
record Launcher(Path folder, Path home) {
  static final Path ROOT = Path.of(System.getProperty("escala.root"));

  /**
   * How a run ended.
   *
   * @param output both of its streams
   */
  record Run(int exit, String output) {}

  Run run(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(ROOT.resolve("escala").toString()));
    command.addAll(arguments);
    Path output = Files.createTempFile(folder, "output", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put("ESCALA_HOME", home.toString());
    Process process = builder.start();
    if (!process.waitFor(10, TimeUnit.MINUTES)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    String said = Files.readString(output, StandardCharsets.UTF_8);
    return new Run(process.waitFor(), said);
  }
}
