package io.escala.localaws.eks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.escala.localaws.lambda.Functions;
import io.escala.localaws.s3.S3Store;
import io.escala.localaws.state.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipFile;

/** The Helm binary of a kubectl layer, for rendering. It sees no cluster and no network. */
final class Helm {
  private static final String BINARY = "helm/helm";
  private static final int SECONDS = 60;
  private static final long MAX_CHART = 10_000_000;

  private final Path folder;
  private final S3Store buckets;
  private final Functions functions;

  /**
   * @param folder for binaries, one for each layer
   */
  Helm(Path folder, S3Store buckets, Functions functions) {
    this.folder = folder;
    this.buckets = buckets;
    this.functions = functions;
  }

  /**
   * A chart to render.
   *
   * @param url of its zip, in S3
   * @param values JSON
   */
  record Chart(String release, String namespace, String url, String values) {}

  /**
   * Renders a chart with its hooks.
   *
   * @param function that would run Helm on AWS: its layer has the binary
   * @return YAML
   * @throws IllegalArgumentException with Helm's own words, when it does not render
   */
  String template(String function, Chart chart, boolean upgrade)
      throws IOException, InterruptedException {
    Path helm = binary(functions.helmLayer(function));
    if (!chart.url().startsWith("s3://")) {
      throw new IllegalArgumentException(
          "local-aws renders charts that are assets of the CDK, not " + chart.url());
    }
    S3Store.Location zip = S3Store.Location.of(chart.url());
    Path work = Files.createDirectories(folder.resolve(UUID.randomUUID() + ".work"));
    try {
      FileTree.unzip(
          buckets.require(zip.bucket(), zip.key()).file(), work.resolve("chart"), MAX_CHART);
      Path values = Files.writeString(work.resolve("values.json"), chart.values());
      List<String> command =
          new ArrayList<>(
              List.of(
                  helm.toString(),
                  "template",
                  chart.release(),
                  work.resolve("chart").toString(),
                  "--namespace",
                  chart.namespace(),
                  "--values",
                  values.toString()));
      if (upgrade) {
        command.add("--is-upgrade");
      }
      return run(command, work);
    } finally {
      FileTree.delete(work);
    }
  }

  private static String run(List<String> command, Path work)
      throws IOException, InterruptedException {
    Path out = work.resolve("out");
    Path err = work.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().putAll(Map.of("HOME", work.toString(), "PATH", "/usr/bin:/bin"));
    Process process = builder.start();
    try {
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("helm template did not end within " + SECONDS + " s");
      }
    } finally {
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      throw new IllegalArgumentException(
          "helm template failed: "
              + Files.readString(err, UTF_8).strip().replaceFirst("^Error: ", ""));
    }
    return Files.readString(out, UTF_8);
  }

  /** Out of its zip, once. */
  private synchronized Path binary(Path layer) throws IOException {
    String name = layer.getFileName().toString().replaceFirst("\\.zip$", "");
    Path binary = folder.resolve(name).resolve("helm");
    if (Files.isExecutable(binary)) {
      return binary;
    }
    Files.createDirectories(binary.getParent());
    Path part = binary.resolveSibling("helm.part");
    try (ZipFile zip = new ZipFile(layer.toFile());
        InputStream in = zip.getInputStream(zip.getEntry(BINARY))) {
      Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
    }
    if (!part.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + part + " executable");
    }
    return Files.move(part, binary, StandardCopyOption.REPLACE_EXISTING);
  }
}
