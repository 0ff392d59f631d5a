package io.escala.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.escala.inference.Manifest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar that is shipped, in a process of its own. */
class ServerJarIT {
  private static final int REQUESTS = 10_000;
  private static final int CLIENTS = 8;

  @TempDir Path folder;

  @Test
  void shouldLoseNoRequestWhenItIsToldToStopUnderLoad() throws Exception {
    // given clients that keep their connections for as long as they may
    Path models = TestServer.models(folder.resolve("models"));
    Process server =
        start(
            List.of(
                "-XX:-UsePerfData",
                "-Djava.io.tmpdir=" + Files.createDirectory(folder.resolve("tmp"))),
            "--models=" + models,
            "--port=0",
            "--drain-delay=4",
            "--no-access-log");
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS + 1);
    try {
      int port = port(server);
      AtomicInteger answered = new AtomicInteger();
      AtomicInteger afterSignal = new AtomicInteger();
      AtomicBoolean signalled = new AtomicBoolean();
      AtomicBoolean goneElsewhere = new AtomicBoolean();
      List<CompletableFuture<Void>> runs = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        runs.add(
            CompletableFuture.runAsync(
                () -> {
                  while (!goneElsewhere.get()) {
                    askWhileKept(port, goneElsewhere, answered, signalled, afterSignal);
                  }
                },
                clients));
      }

      // when
      Eventually.isTrue(() -> answered.get() >= REQUESTS, 60);
      signalled.set(true);
      server.toHandle().destroy(); // SIGTERM
      // a load balancer notices, and takes a second to send no more
      Eventually.isTrue(() -> readiness(port) == 503, 3);
      Thread.sleep(1000);
      goneElsewhere.set(true);

      // then
      for (CompletableFuture<Void> run : runs) {
        run.get();
      }
      assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(server.exitValue()).isZero();
      assertThat(afterSignal.get()).isGreaterThan(100);
      assertThat(new String(server.getInputStream().readAllBytes(), UTF_8))
          .contains("\"event\":\"draining\"", "every request was answered");
      // ONNX Runtime makes a folder there, but unpacks nothing
      try (var left = Files.walk(folder.resolve("tmp"))) {
        assertThat(left.filter(Files::isRegularFile)).isEmpty();
      }
    } finally {
      clients.shutdownNow();
      server.destroyForcibly();
    }
  }

  /** Asks on one connection until it is told not to stay. An answer that is missing is an error. */
  private static void askWhileKept(
      int port,
      AtomicBoolean stop,
      AtomicInteger answered,
      AtomicBoolean signalled,
      AtomicInteger afterSignal) {
    try (Wire wire = new Wire(port)) {
      while (!stop.get()) {
        Wire.Answer answer =
            wire.say(Wire.request("POST", TestServer.PREDICT, TestServer.CUSTOMER)).answer();
        assertThat(answer).as("a request was lost").isNotNull();
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        answered.incrementAndGet();
        if (signalled.get()) {
          afterSignal.incrementAndGet();
        }
        if ("close".equals(answer.headers().get("connection"))) {
          return;
        }
      }
    } catch (IOException e) {
      throw new AssertionError("a request was lost", e);
    }
  }

  private static int readiness(int port) {
    try {
      return Wire.ask(port, "GET", "/v2/health/ready", "").status();
    } catch (IOException e) {
      throw new AssertionError("the server stopped before its balancer noticed", e);
    }
  }

  @Test
  void shouldSayInOneLineWhyItCannotStart() throws Exception {
    Path models = TestServer.models(folder.resolve("models"));
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      refuses(
          "escala: port " + taken.getLocalPort() + " of 127.0.0.1 is in use: choose another",
          "--models=" + models,
          "--port=" + taken.getLocalPort());
    }
    refuses("nowhere does not exist; --models wants", "--models=" + folder.resolve("nowhere"));
    refuses("holds no model", "--models=" + Files.createDirectory(folder.resolve("empty")));
    Manifest wine = TestServer.manifest(models, "wine");
    Files.write(
        models.resolve("wine").resolve(wine.version().text()).resolve(Manifest.MODEL_FILE),
        new byte[] {0});
    refuses(
        "escala: version " + wine.version() + " of model wine is refused: model.onnx has SHA-256",
        "--models=" + models,
        "--port=0");
  }

  private static void refuses(String sentence, String... arguments) throws Exception {
    Process server = start(List.of(), arguments);
    String error = new String(server.getErrorStream().readAllBytes(), UTF_8);
    assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(server.exitValue()).as(error).isEqualTo(1);
    assertThat(error).contains(sentence);
    assertThat(error.lines()).hasSize(1);
  }

  private static Process start(List<String> options, String... arguments) throws IOException {
    Path jar =
        Path.of(
            System.getProperty("escala.root"),
            "inference-server/target/inference-server/escala-inference-server.jar");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.addAll(options);
    command.addAll(List.of("-jar", jar.toString()));
    command.addAll(Arrays.asList(arguments));
    return new ProcessBuilder(command).start();
  }

  private static int port(Process server) throws IOException {
    BufferedReader errors =
        new BufferedReader(new InputStreamReader(server.getErrorStream(), UTF_8));
    String ready = errors.readLine();
    assertThat(ready).startsWith("Ready at http://127.0.0.1:").contains("bank, wine", "Try: curl");
    return URI.create(ready.split(" ", 4)[2]).getPort();
  }
}
