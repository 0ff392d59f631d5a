package io.escala.server;

import io.escala.inference.BundleSource;
import io.escala.inference.Model;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./escala serve}, and the process of a pod. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    version = "Escala 0.1.0",
    sortOptions = false,
    usageHelpWidth = 110,
    description = {
      "Answers over HTTP with the models of a folder or of S3.",
      "",
      "A new version that training publishes is verified, warmed and put in service without a restart; one that fails"
          + " is refused and reported, and the version before stays.%n"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./escala job train --input-path bank.csv --model-path models",
      "  ./escala serve --models models",
      "  curl -s http://127.0.0.1:8080/v2/models/bank",
      "  ./escala serve --models out/models --models models",
      "  ./escala serve --models s3://my-bucket/models --model bank --model digits --host 0.0.0.0 --drain-delay 10",
      "  ./escala serve --models models --models s3://my-bucket/models --model wine,bank@20261123T194500Z-1a2b3c4d",
      "",
      "Paths: / (a page to try the models; JSON for programs), /models/{model}, /v1/models/{model}:predict, /v2/... (Open Inference Protocol), /v2/health/live,",
      "/v2/health/ready, /metrics (Prometheus). Logs are lines of JSON on standard output.",
      "The jar has two commands more, which the Helm chart runs: verify (opens the models and says whether they can be",
      "served) and smoke (asks a server what the models were asked in training); each has --help.",
      "",
      "SIGTERM and Ctrl-C drain: not ready at once, served on for --drain-delay, then what is in flight is finished.",
      "",
      "Exit codes: 0 stopped after every request was answered, 1 it could not start or requests were cut off,",
      "2 it was called wrongly."
    })
public final class ServeCommand implements Runnable {
  private static final int PORTS = 65_535;

  @Spec private CommandSpec spec;

  @Mixin private ModelOptions models;

  @Option(
      names = "--port",
      defaultValue = "8080",
      description = "Default: ${DEFAULT-VALUE}; 0 takes any free one.")
  private int port;

  @Option(
      names = "--host",
      defaultValue = "127.0.0.1",
      description =
          "The address to listen on. Default: ${DEFAULT-VALUE}, this machine only; 0.0.0.0 in a pod. There is no"
              + " authentication: put what has some in front.")
  private String host;

  @Option(
      names = "--wait",
      description =
          "If a model is missing or broken at the start, stay alive, not ready, until there is a good version."
              + " Without it that ends the start. For pods, together with --model.")
  private boolean waitForModels;

  @Option(
      names = {"--refresh-seconds", "--refresh_seconds"},
      defaultValue = "30",
      paramLabel = "S",
      description =
          "How long a version is served before a newer one is looked for. Default: ${DEFAULT-VALUE}.")
  private int refreshSeconds;

  @Option(
      names = {"--drain-delay", "--drain_delay"},
      defaultValue = "0",
      paramLabel = "S",
      description =
          "How long to serve on after SIGTERM, while load balancers notice. Default: ${DEFAULT-VALUE}; 10 in a pod.")
  private int drainDelay;

  @Option(
      names = {"--drain-limit", "--drain_limit"},
      defaultValue = "20",
      paramLabel = "S",
      description = "How long requests in flight then have to finish. Default: ${DEFAULT-VALUE}.")
  private int drainLimit;

  @Option(
      names = "--queue",
      defaultValue = "256",
      paramLabel = "N",
      description =
          "Requests that may wait to be scored; others get 429. Default: ${DEFAULT-VALUE}.")
  private int queue;

  @Option(
      names = {"--max-rows", "--max_rows"},
      defaultValue = "1000",
      paramLabel = "N",
      description =
          "Rows in one request, scored in one call; more get 413. Default: ${DEFAULT-VALUE}.")
  private int maxRows;

  @Option(
      names = {"--max-body", "--max_body"},
      defaultValue = "4194304",
      paramLabel = "BYTES",
      description =
          "Of one request; larger ones get 413. Default: ${DEFAULT-VALUE}, a photo from a phone.")
  private int maxBody;

  @Option(
      names = {"--no-access-log", "--no_access_log"},
      description = "Log no requests, only what happens to models and to the server.")
  private boolean noAccessLog;

  /** Ends with 0 after a drain, 1 when it could not start, 2 when it was called wrongly. */
  public static void main(String[] args) {
    String first = args.length == 0 ? "" : args[0];
    if (CHECKS.contains(first)) {
      System.exit(check(first, Arrays.copyOfRange(args, 1, args.length)));
    }
    int code = run(args);
    System.out.flush();
    if (code != 0 || !listening) {
      System.exit(code);
    }
  }

  private static final Set<String> CHECKS = Set.of("verify", "smoke");

  private static volatile boolean listening;

  static int run(String... args) {
    return execute(new ServeCommand(), args);
  }

  /** What a release does beside serving, with the same image. */
  static int check(String command, String... args) {
    return execute(command.equals("verify") ? new VerifyCommand() : new SmokeCommand(), args);
  }

  private static int execute(Object command, String... args) {
    CommandLine line =
        new CommandLine(command)
            .setExecutionExceptionHandler(
                (e, c, parsed) -> {
                  if (e instanceof StartException) {
                    System.err.println("escala: " + e.getMessage());
                  } else {
                    System.err.println(
                        "escala: this is a fault of Escala's own, please report it:");
                    e.printStackTrace();
                  }
                  return 1;
                });
    return line.execute(args);
  }

  @Override
  public void run() {
    check(port >= 0 && port <= PORTS, "--port is " + port + ", but must be 0 to " + PORTS);
    check(
        refreshSeconds > 0, "--refresh-seconds is " + refreshSeconds + ", but must be at least 1");
    check(drainDelay >= 0, "--drain-delay is " + drainDelay + ", but must be 0 or more");
    check(drainLimit >= 0, "--drain-limit is " + drainLimit + ", but must be 0 or more");
    check(queue > 0, "--queue is " + queue + ", but must be at least 1");
    check(maxBody > 0, "--max-body is " + maxBody + ", but must be at least 1 byte");
    check(maxRows > 0, "--max-rows is " + maxRows + ", but must be at least 1");
    check(
        !waitForModels || models.isNamed(),
        "--wait is given without --model: name the models to wait for, as in --model bank");
    BundleSource source = models.source(System.getenv());
    List<String> served = models.served();
    NativeLibraries.use();
    InferenceServer server =
        new InferenceServer(
            source,
            served,
            Duration.ofSeconds(refreshSeconds),
            host,
            port,
            ServerLimits.defaults().with(maxBody, maxRows, queue),
            new PrintStream(
                new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8),
            !noAccessLog);
    start(server);
    stopOnSignal(server);
    sayReady(server, served);
  }

  private void check(boolean good, String message) {
    if (!good) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }

  private void start(InferenceServer server) {
    try {
      server.start();
    } catch (IOException e) {
      server.close();
      throw new StartException(whyNot(e));
    }
    if (!waitForModels && server.problem().isPresent()) {
      String problem = server.problem().get();
      server.close();
      throw new StartException(
          problem + ". Nothing is served; --wait would wait for a good version");
    }
  }

  private String whyNot(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException && String.valueOf(cause.getMessage()).contains("in use")) {
        return "port "
            + port
            + " of "
            + host
            + " is in use: choose another with --port (0 takes any free one), or stop what listens there";
      }
    }
    return "cannot listen on " + host + " port " + port + ": " + e.getMessage();
  }

  private void stopOnSignal(InferenceServer server) {
    CountDownLatch stop = new CountDownLatch(1);
    listening = true;
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  int left = 1;
                  try {
                    left =
                        server.drain(
                            Duration.ofSeconds(drainDelay), Duration.ofSeconds(drainLimit));
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  } finally {
                    System.out.flush();
                    stop.countDown();
                    // The JVM would say 143, which reads like a crash
                    Runtime.getRuntime().halt(left == 0 ? 0 : 1);
                  }
                },
                "escala-drain"));
    Thread keepAlive =
        new Thread(
            () -> {
              try {
                stop.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "escala-serve");
    keepAlive.start();
  }

  private void sayReady(InferenceServer server, List<String> served) {
    String url = "http://" + shownHost() + ":" + server.port();
    PrintStream out = System.err;
    if (server.problem().isPresent()) {
      out.println("Listening at " + url + ", not ready: " + server.problem().get());
      return;
    }
    out.println(
        "Ready at "
            + url
            + " ("
            + String.join(", ", served)
            + "): open it in a browser. Try: "
            + TryIt.command(url, server.models().use(served.get(0), Model::manifest)));
  }

  private String shownHost() {
    try {
      InetAddress address = InetAddress.getByName(host);
      String shown = address.isAnyLocalAddress() ? "127.0.0.1" : host;
      return shown.contains(":") ? "[" + shown + "]" : shown;
    } catch (UnknownHostException e) {
      return host;
    }
  }
}
