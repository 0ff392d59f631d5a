package io.escala.localaws.lambda;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The Runtime API that one instance of a function talks to.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html">Runtime API</a>
 */
final class RuntimeApi implements AutoCloseable {
  private static final String PREFIX = "/2018-06-01/runtime/";
  private static final int MAX_RESPONSE = 6 * 1024 * 1024 + 100 * 1024;

  /** An event on its way through the function. */
  static final class Invocation {
    final String requestId;
    final byte[] payload;
    final Map<String, String> headers;
    final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

    /**
     * An invocation.
     *
     * @param headers what the runtime gets besides the request id
     */
    Invocation(String requestId, byte[] payload, Map<String, String> headers) {
      this.requestId = requestId;
      this.payload = payload;
      this.headers = headers;
    }
  }

  /** What the runtime posted. */
  static final class Outcome {
    final byte[] payload;
    final boolean failed;

    Outcome(byte[] payload, boolean failed) {
      this.payload = payload;
      this.failed = failed;
    }
  }

  private final HttpServer server;
  private final ExecutorService threads;
  private final BlockingQueue<Invocation> events = new LinkedBlockingQueue<>();
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final CompletableFuture<byte[]> initError = new CompletableFuture<>();
  private volatile Invocation current;

  RuntimeApi() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "lambda-runtime-api");
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(threads);
    server.createContext(PREFIX, this::handle);
    server.start();
  }

  /** Host and port, as AWS_LAMBDA_RUNTIME_API has them. */
  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Completes when the runtime asks for its first event. */
  CompletableFuture<Void> ready() {
    return ready;
  }

  /** Completes when the runtime posts that the function could not be initialised. */
  CompletableFuture<byte[]> initError() {
    return initError;
  }

  void send(Invocation invocation) {
    events.add(invocation);
  }

  @Override
  public void close() {
    threads.shutdownNow();
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath().substring(PREFIX.length());
      String method = exchange.getRequestMethod();
      if (method.equals("GET") && path.equals("invocation/next")) {
        next(exchange);
      } else if (method.equals("POST") && path.equals("init/error")) {
        initError.complete(exchange.getRequestBody().readAllBytes());
        answer(exchange, 202, "{\"status\":\"OK\"}");
      } else if (method.equals("POST") && path.matches("invocation/[^/]+/(response|error)")) {
        posted(exchange, path);
      } else {
        answer(exchange, 404, "{\"errorMessage\":\"local-aws does not handle " + path + "\"}");
      }
    }
  }

  private void next(HttpExchange exchange) throws IOException {
    ready.complete(null);
    Invocation invocation;
    try {
      invocation = events.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    current = invocation;
    var headers = exchange.getResponseHeaders();
    headers.set("Lambda-Runtime-Aws-Request-Id", invocation.requestId);
    headers.set("Content-Type", "application/json");
    invocation.headers.forEach(headers::set);
    try {
      exchange.sendResponseHeaders(
          200, invocation.payload.length == 0 ? -1 : invocation.payload.length);
      exchange.getResponseBody().write(invocation.payload);
    } catch (IOException e) {
      invocation.outcome.completeExceptionally(e);
      throw e;
    }
  }

  private void posted(HttpExchange exchange, String path) throws IOException {
    byte[] payload = exchange.getRequestBody().readAllBytes();
    String[] parts = path.split("/", -1);
    Invocation invocation = current;
    if (invocation == null || !invocation.requestId.equals(parts[1])) {
      answer(exchange, 400, "{\"errorMessage\":\"no invocation " + parts[1] + "\"}");
      return;
    }
    Outcome outcome = new Outcome(payload, parts[2].equals("error"));
    if (payload.length > MAX_RESPONSE) {
      outcome =
          new Outcome(
              Invoked.error(
                  "Function.ResponseSizeTooLarge",
                  "Response payload size exceeded maximum allowed payload size (6291556 bytes)."),
              true);
    }
    current = null;
    answer(exchange, 202, "{\"status\":\"OK\"}");
    invocation.outcome.complete(outcome);
  }

  private static void answer(HttpExchange exchange, int status, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }
}
