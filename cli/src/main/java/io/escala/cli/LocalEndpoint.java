package io.escala.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A running local-aws process.
 *
 * @param uri where it listens, on 127.0.0.1
 * @param pid its process id
 */
public record LocalEndpoint(URI uri, long pid) {
  static final int DEFAULT_PORT = 4580;
  private static final Duration START_LIMIT = Duration.ofSeconds(20);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The endpoint that serves this workspace's state, if one runs. */
  public static Optional<LocalEndpoint> find(Workspace workspace) {
    return recorded(workspace).filter(endpoint -> endpoint.answersFor(workspace.state()));
  }

  private static Optional<LocalEndpoint> recorded(Workspace workspace) {
    Path file = workspace.state().resolve("endpoint.json");
    try {
      JsonNode json = JSON.readTree(Files.readString(file));
      return Optional.of(
          new LocalEndpoint(
              URI.create(json.required("url").asText()), json.required("pid").asLong()));
    } catch (IOException | IllegalArgumentException e) {
      return Optional
          .empty(); // none was started, or it was killed while it wrote: either way none is known
    }
  }

  private boolean answersFor(Path state) {
    try {
      HttpResponse<String> response =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(uri.resolve("/_escala/health"))
                      .timeout(Duration.ofSeconds(5))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        return false;
      }
      JsonNode health = JSON.readTree(response.body());
      return health.path("pid").asLong() == pid
          && Path.of(health.path("state").asText()).toRealPath().equals(state.toRealPath());
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Starts an endpoint in the background and waits until it answers.
   *
   * @throws UserException when it does not come up, with what it said
   */
  static LocalEndpoint start(Workspace workspace, int port) {
    Path root = workspace.root();
    try {
      Files.createDirectories(workspace.home());
      Files.writeString(workspace.endpointLog(), "");
      List<String> command = new ArrayList<>();
      if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
        command.add(
            "/usr/bin/setsid"); // out of the terminal's process group, so that a later Ctrl-C
        // spares it
      }
      Path build = root.resolve("local-aws/target");
      command.addAll(
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-XX:+UseSerialGC",
              "-XX:TieredStopAtLevel=1",
              "-Xmx512m",
              "-cp",
              ownJar(workspace, build)
                  + ":"
                  + Files.readString(build.resolve("local-aws.classpath")).strip(),
              "io.escala.localaws.LocalAws",
              "--state",
              workspace.state().toString(),
              "--port",
              Integer.toString(port),
              "--spark-classpath-file",
              root.resolve("spark-job/target/spark.classpath").toString(),
              "--spark-jvm-options-file",
              stepOptions(workspace).toString(),
              "--spark-java",
              workspace.sparkJava().toString(),
              "--lambda-runtime",
              build.resolve("lambda-runtime").toString(),
              "--node-modules",
              root.resolve("node_modules").toString()));
      Process process =
          new ProcessBuilder(command)
              .directory(workspace.home().toFile())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectErrorStream(true)
              .redirectOutput(workspace.endpointLog().toFile())
              .start();
      Thread stop = new Thread(process::destroy);
      Runtime.getRuntime().addShutdownHook(stop); // Ctrl-C while it starts
      try {
        return awaitReady(workspace, process);
      } finally {
        Interruption.callOff(stop);
      }
    } catch (IOException e) {
      throw new UserException(
          "cannot start the AWS endpoint with its state in "
              + workspace.home()
              + ": "
              + e.getMessage(),
          e);
    }
  }

  /**
   * A copy of the endpoint's jar: steps start from it too, long after a build may have replaced the
   * one that it was copied from.
   */
  private static Path ownJar(Workspace workspace, Path build) throws IOException {
    return Files.copy(
        build.resolve("escala-local-aws-0.1.0.jar"),
        workspace.home().resolve("local-aws.jar"),
        StandardCopyOption.REPLACE_EXISTING);
  }

  /** The options that Spark needs, and those that make a step on a laptop's data start fast. */
  private static Path stepOptions(Workspace workspace) throws IOException {
    Path build = workspace.root().resolve("spark-job/target");
    List<String> options =
        List.of(
            Files.readString(build.resolve("spark.jvm.options")).strip(),
            "-XX:+UseParallelGC",
            // The first compiler alone: a run over some megabytes spends most of its time
            // compiling.
            "-XX:TieredStopAtLevel=1",
            // Made by the launcher; a JVM that cannot use it starts without.
            "-XX:SharedArchiveFile=" + build.resolve("spark.jsa"),
            "-Xlog:cds=off",
            "-Xlog:cds+dynamic=off");
    return Files.writeString(
        workspace.home().resolve("step.jvm.options"), String.join(" ", options));
  }

  /** What the endpoint had to say while it started, beside that it answers. */
  static List<String> startWarnings(Workspace workspace) {
    try {
      return Files.readAllLines(workspace.endpointLog()).stream()
          .filter(line -> !line.contains(" answers at "))
          .toList();
    } catch (IOException e) {
      throw new UserException("cannot read " + workspace.endpointLog() + ": " + e.getMessage(), e);
    }
  }

  private static LocalEndpoint awaitReady(Workspace workspace, Process process) throws IOException {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (System.nanoTime() < deadline) {
      Optional<LocalEndpoint> endpoint = find(workspace);
      if (endpoint.isPresent()) {
        return endpoint.get();
      }
      if (!process.isAlive()) {
        throw new UserException(
            "the AWS endpoint did not start: "
                + Files.readString(workspace.endpointLog(), StandardCharsets.UTF_8).strip());
      }
      Pause.millis(50);
    }
    process.destroy();
    throw new UserException(
        "the AWS endpoint did not answer within "
            + START_LIMIT.toSeconds()
            + " s; what it said is in "
            + Workspace.show(workspace.endpointLog()));
  }

  /** Ends the process and what it started, and waits until all of them are gone. */
  void stop() {
    ProcessHandle.of(pid)
        .ifPresent(
            process -> {
              List<ProcessHandle> family = new ArrayList<>(process.descendants().toList());
              family.add(process);
              process.destroy();
              long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
              while (family.stream().anyMatch(ProcessHandle::isAlive)
                  && System.nanoTime() < deadline) {
                Pause.millis(20);
              }
              family.forEach(ProcessHandle::destroyForcibly);
            });
  }

  /**
   * The processes that this endpoint started and that still live: Spark steps and Lambda functions.
   */
  List<ProcessHandle> children() {
    return ProcessHandle.of(pid).map(process -> process.descendants().toList()).orElse(List.of());
  }

  /**
   * The environment in which AWS tools talk to this endpoint and to nothing else: no profile or
   * credentials of the user are within their reach.
   */
  Map<String, String> environment(Workspace workspace) {
    String nothing = workspace.home().resolve("no-aws-config").toString();
    return Map.of(
        "AWS_ENDPOINT_URL",
        uri.toString(),
        "AWS_ACCESS_KEY_ID",
        Aws.ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY",
        Aws.SECRET_KEY,
        "AWS_REGION",
        Aws.REGION,
        "AWS_DEFAULT_REGION",
        Aws.REGION,
        "AWS_CONFIG_FILE",
        nothing,
        "AWS_SHARED_CREDENTIALS_FILE",
        nothing,
        "AWS_EC2_METADATA_DISABLED",
        "true",
        "NO_PROXY",
        "127.0.0.1,localhost");
  }
}
