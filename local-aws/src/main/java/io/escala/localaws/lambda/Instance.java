package io.escala.localaws.lambda;

import io.escala.localaws.process.ChildProcess;
import io.escala.localaws.state.FileTree;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One execution environment: a process, its Runtime API, its /tmp and its log. */
final class Instance implements AutoCloseable {
  private static final int TAIL_BYTES = 4096;

  /** Initialisation may take as long as AWS grants it, or as an invocation. */
  private static final int INIT_SECONDS = 10;

  private final FunctionConfig config;
  private final String version;
  private final String arn;
  private final RuntimeApi api;
  private final ChildProcess process;
  private final Path log;
  private final Path temporary;
  private final Instant started = Instant.now();
  private boolean used;
  private volatile Instant idleSince = Instant.now();

  private Instance(
      FunctionConfig config,
      String version,
      String arn,
      RuntimeApi api,
      ChildProcess process,
      Path log,
      Path temporary) {
    this.config = config;
    this.version = version;
    this.arn = arn;
    this.api = api;
    this.process = process;
    this.log = log;
    this.temporary = temporary;
  }

  static Instance start(
      LambdaSettings settings,
      Runtimes runtimes,
      String name,
      String version,
      FunctionConfig config)
      throws IOException {
    String id = UUID.randomUUID().toString().replace("-", "");
    Path folder = settings.folder(name);
    String stream = LocalDate.now(ZoneOffset.UTC) + "-" + version.replace("$", "") + "-" + id;
    Path log = folder.resolve("logs").resolve(stream + ".log");
    Path temporary = folder.resolve("tmp").resolve(id);
    Files.createDirectories(log.getParent());
    Files.createDirectories(temporary);
    Path code = folder.resolve("code").resolve(config.code());
    RuntimeApi api = new RuntimeApi();
    try {
      Runtimes.Launch launch = runtimes.launch(config, temporary);
      Map<String, String> environment =
          environment(settings, name, version, config, stream, code, temporary, api);
      environment.putAll(runtimes.environment(config));
      environment.putAll(config.environment());
      write(
          log,
          "INIT_START Runtime Version: "
              + config.runtime()
              + (launch.note().isEmpty() ? "" : " (" + launch.note() + ")"));
      ChildProcess process = ChildProcess.start(launch.command(), environment, code, log, log);
      return new Instance(config, version, settings.arn(name), api, process, log, temporary);
    } catch (IOException | RuntimeException e) {
      api.close();
      FileTree.delete(temporary);
      throw e;
    }
  }

  /** Runs one event; never throws for what the function does. */
  Invoked invoke(byte[] payload) throws InterruptedException {
    String requestId = UUID.randomUUID().toString();
    long logFrom = used ? size() : 0;
    boolean cold = !used;
    used = true;
    write(log, "START RequestId: " + requestId + " Version: " + version);
    CompletableFuture<byte[]> died = process.onExit().thenApply(exit -> exited(requestId, exit));
    Invoked result;
    Instant from = Instant.now();
    byte[] initFailure = awaitReady(requestId, died);
    Duration init = Duration.between(started, Instant.now());
    if (initFailure != null) {
      process.close();
      result = failed(initFailure);
    } else {
      from = Instant.now();
      result = run(requestId, payload, died);
    }
    Duration took = Duration.between(from, Instant.now());
    write(log, "END RequestId: " + requestId);
    write(
        log,
        "REPORT RequestId: %s\tDuration: %d ms\tMemory Size: %d MB%s"
            .formatted(
                requestId,
                took.toMillis(),
                config.memoryMb(),
                cold ? "\tInit Duration: " + init.toMillis() + " ms" : ""));
    idleSince = Instant.now();
    return new Invoked(result.payload(), result.functionError(), tail(logFrom), version);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  Instant idleSince() {
    return idleSince;
  }

  @Override
  public void close() {
    process.close();
    api.close();
    try {
      FileTree.delete(temporary);
    } catch (UncheckedIOException e) {
      write(log, e.getMessage());
    }
  }

  /** Waits until the runtime asks for work; gives the error when it does not come to that. */
  private byte[] awaitReady(String requestId, CompletableFuture<byte[]> died)
      throws InterruptedException {
    int seconds = Math.max(INIT_SECONDS, config.timeoutSeconds());
    try {
      Object first =
          CompletableFuture.anyOf(api.ready(), api.initError(), died)
              .get(seconds, TimeUnit.SECONDS);
      // A runtime posts its error and then exits: the post says more.
      return api.initError().isDone() ? api.initError().get() : (byte[]) first;
    } catch (ExecutionException e) {
      return Invoked.error("Runtime.ExitError", String.valueOf(e.getCause()));
    } catch (TimeoutException e) {
      return Invoked.error(
          "Sandbox.Timedout",
          "RequestId: %s Error: the function was not initialised after %d seconds; its log is %s"
              .formatted(requestId, seconds, log));
    }
  }

  private Invoked run(String requestId, byte[] payload, CompletableFuture<byte[]> died)
      throws InterruptedException {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(
        "Lambda-Runtime-Deadline-Ms",
        Long.toString(System.currentTimeMillis() + 1000L * config.timeoutSeconds()));
    headers.put(
        "Lambda-Runtime-Invoked-Function-Arn",
        version.equals("$LATEST") ? arn : arn + ":" + version);
    headers.put(
        "Lambda-Runtime-Trace-Id",
        "Root=1-%08x-%s;Sampled=0"
            .formatted(
                Instant.now().getEpochSecond(), requestId.replace("-", "").substring(0, 24)));
    RuntimeApi.Invocation invocation = new RuntimeApi.Invocation(requestId, payload, headers);
    api.send(invocation);
    try {
      Object first =
          CompletableFuture.anyOf(invocation.outcome, died)
              .get(config.timeoutSeconds(), TimeUnit.SECONDS);
      if (first instanceof RuntimeApi.Outcome outcome) {
        return outcome.failed
            ? failed(outcome.payload)
            : new Invoked(outcome.payload, null, new byte[0], version);
      }
      return failed((byte[]) first);
    } catch (ExecutionException e) {
      process.close();
      return failed(Invoked.error("Runtime.ExitError", String.valueOf(e.getCause())));
    } catch (TimeoutException e) {
      process.close();
      String message =
          "RequestId: %s Error: Task timed out after %d.00 seconds"
              .formatted(requestId, config.timeoutSeconds());
      write(log, message);
      return failed(Invoked.error("Sandbox.Timedout", message));
    }
  }

  private Invoked failed(byte[] error) {
    return new Invoked(error, "Unhandled", new byte[0], version);
  }

  private byte[] exited(String requestId, int exit) {
    String how = exit > 128 ? "signal: " + (exit - 128) : "exit status " + exit;
    String last =
        new String(tail(0), StandardCharsets.UTF_8)
            .lines()
            .filter(line -> !line.isBlank() && !line.startsWith("START RequestId"))
            .filter(line -> !line.startsWith("\tat "))
            .reduce((first, second) -> second)
            .orElse("");
    return Invoked.error(
        "Runtime.ExitError",
        "RequestId: %s Error: Runtime exited with error: %s; its log ends with: %s"
            .formatted(requestId, how, last));
  }

  private static Map<String, String> environment(
      LambdaSettings settings,
      String name,
      String version,
      FunctionConfig config,
      String stream,
      Path code,
      Path temporary,
      RuntimeApi api) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", "/usr/local/bin:/usr/bin:/bin");
    environment.put("LANG", "C.UTF-8");
    environment.put("TZ", ":UTC");
    environment.put("TMPDIR", temporary.toString());
    environment.put("LAMBDA_TASK_ROOT", code.toString());
    environment.put("_HANDLER", config.handler());
    environment.put("AWS_LAMBDA_RUNTIME_API", api.address());
    environment.put("AWS_EXECUTION_ENV", "AWS_Lambda_" + config.runtime());
    environment.put("AWS_LAMBDA_FUNCTION_NAME", name);
    environment.put("AWS_LAMBDA_FUNCTION_VERSION", version);
    environment.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(config.memoryMb()));
    environment.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
    environment.put("AWS_LAMBDA_LOG_GROUP_NAME", config.logGroup());
    environment.put("AWS_LAMBDA_LOG_STREAM_NAME", stream);
    environment.put("AWS_LAMBDA_LOG_FORMAT", config.logFormat());
    if (config.logFormat().equals("JSON")) {
      environment.put("AWS_LAMBDA_LOG_LEVEL", config.logLevel());
    }
    environment.put("AWS_REGION", settings.region());
    environment.put("AWS_DEFAULT_REGION", settings.region());
    environment.put("AWS_ACCESS_KEY_ID", "local");
    environment.put("AWS_SECRET_ACCESS_KEY", "local");
    environment.put("AWS_SESSION_TOKEN", "local");
    environment.put("AWS_ENDPOINT_URL", settings.endpoint());
    environment.put("AWS_EC2_METADATA_DISABLED", "true");
    environment.putAll(settings.environment());
    return environment;
  }

  private long size() {
    try {
      return Files.size(log);
    } catch (IOException e) {
      return 0;
    }
  }

  private byte[] tail(long from) {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long start = Math.max(from, file.length() - TAIL_BYTES);
      byte[] tail = new byte[(int) Math.max(0, file.length() - start)];
      file.seek(start);
      file.readFully(tail);
      return tail;
    } catch (IOException e) {
      return new byte[0];
    }
  }

  /** A log that cannot be written must not change what the function answers. */
  private static void write(Path log, String line) {
    try {
      Files.writeString(
          log,
          DateTimeFormatter.ISO_INSTANT.format(Instant.now()) + " " + line + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      System.err.println("local-aws: cannot write " + log + ": " + e.getMessage());
    }
  }
}
