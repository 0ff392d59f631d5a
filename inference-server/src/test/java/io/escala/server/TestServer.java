package io.escala.server;

import io.escala.inference.BundleSource;
import io.escala.inference.FolderBundleSource;
import io.escala.inference.Manifest;
import io.escala.inference.fixture.BankModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The real server on a free port, with its log in memory. */
final class TestServer implements AutoCloseable {
  static final BankModel BANK = new BankModel(-2.5);
  static final Instant MONDAY = Instant.parse("2026-11-23T19:45:00Z");
  static final String PREDICT = "/v1/models/bank:predict";
  static final String CUSTOMER =
      "{\"instances\": [{\"age\": 59, \"balance\": 2343, \"day\": 5, \"job\": \"admin.\"}]}";

  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final InferenceServer server;

  private TestServer(BundleSource source, List<String> models, ServerLimits limits)
      throws IOException {
    server =
        new InferenceServer(
            source,
            models,
            Duration.ofMillis(100),
            "127.0.0.1",
            0,
            limits,
            new PrintStream(log, true, StandardCharsets.UTF_8),
            true);
    server.start();
  }

  static TestServer of(Path root, String... models) throws IOException {
    return of(new FolderBundleSource(root), ServerLimits.defaults(), models);
  }

  static TestServer of(Path root, ServerLimits limits, String... models) throws IOException {
    return of(new FolderBundleSource(root), limits, models);
  }

  static TestServer of(BundleSource source, ServerLimits limits, String... models)
      throws IOException {
    return new TestServer(source, List.of(models), limits);
  }

  /** A models root with a bank model made for tests, and the wine model of this repository. */
  static Path models(Path root) throws IOException {
    BANK.publish(root, "bank", MONDAY);
    return copy("wine", root);
  }

  /** Copies a model of this repository to a models root. */
  static Path copy(String model, Path root) throws IOException {
    Path source = Path.of(System.getProperty("escala.root"), "models", model);
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Path copy = root.resolve(model).resolve(source.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
    return root;
  }

  static Manifest manifest(Path root, String model) throws IOException {
    try (Stream<Path> manifests = Files.walk(root.resolve(model))) {
      return Manifest.fromJson(
          Files.readAllBytes(
              manifests.filter(f -> f.endsWith(Manifest.FILE_NAME)).findFirst().orElseThrow()));
    }
  }

  int port() {
    return server.port();
  }

  Wire wire() throws IOException {
    return new Wire(port());
  }

  Wire.Answer get(String path) {
    return ask("GET", path, "");
  }

  Wire.Answer post(String path, String body) {
    return ask("POST", path, body);
  }

  Wire.Answer ask(String method, String path, String body) {
    try {
      return Wire.ask(port(), method, path, body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A metric's value, by its name and labels as they stand in the text. */
  double metric(String series) {
    return get("/metrics")
        .body()
        .lines()
        .filter(l -> l.startsWith(series + " "))
        .mapToDouble(l -> Double.parseDouble(l.substring(series.length() + 1)))
        .findFirst()
        .orElse(0);
  }

  String log() {
    return log.toString(StandardCharsets.UTF_8);
  }

  /** Of the threads that the server has, those that are alive. */
  static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().matches("escala-(score|clock|watch|log|models).*"))
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .collect(Collectors.toSet());
  }

  int drain(Duration delay, Duration limit) throws InterruptedException {
    return server.drain(delay, limit);
  }

  @Override
  public void close() {
    server.close();
  }
}
