package io.escala.lambda;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lambda's Runtime API, as a runtime client in another process sees it: hands out events, takes
 * answers.
 */
final class FakeRuntime implements AutoCloseable {
  /**
   * What the runtime client reported.
   *
   * @param kind {@code response}, {@code error} or {@code init/error}
   */
  record Report(String kind, String body) {}

  private static final String API = "/2018-06-01/runtime/";

  private final HttpServer server;
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final BlockingQueue<Report> reports = new LinkedBlockingQueue<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final CountDownLatch checkpoint = new CountDownLatch(1);
  private final CountDownLatch restored = new CountDownLatch(1);

  FakeRuntime() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task);
              thread.setDaemon(true);
              return thread;
            }));
    server.createContext(API + "invocation/next", this::next);
    server.createContext(API + "restore/next", this::restore);
    server.createContext(API, this::report);
    server.start();
  }

  String authority() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Sends an event and waits for what comes of it; null if nothing does in time. */
  Report invoke(String event) throws InterruptedException {
    events.add(event);
    return nextReport();
  }

  /**
   * Waits until the function says that its memory may be kept; then it goes on as after a restore.
   * False if it does not come to that.
   *
   * @param meanwhile what happens between the one and the other
   */
  boolean snapshot(Callable<?> meanwhile) throws Exception {
    if (!checkpoint.await(30, TimeUnit.SECONDS)) {
      return false;
    }
    meanwhile.call();
    restored.countDown();
    return true;
  }

  Report nextReport() throws InterruptedException {
    return reports.poll(30, TimeUnit.SECONDS);
  }

  private void next(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] event = events.take().getBytes(StandardCharsets.UTF_8);
      exchange
          .getResponseHeaders()
          .set("Lambda-Runtime-Aws-Request-Id", "request-" + requests.incrementAndGet());
      exchange
          .getResponseHeaders()
          .set("Lambda-Runtime-Deadline-Ms", Long.toString(System.currentTimeMillis() + 30_000));
      exchange
          .getResponseHeaders()
          .set(
              "Lambda-Runtime-Invoked-Function-Arn",
              "arn:aws:lambda:eu-west-1:123456789012:function:f");
      // Without it the runtime client's native part takes the length of a null pointer
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, event.length);
      exchange.getResponseBody().write(event);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void restore(HttpExchange exchange) throws IOException {
    try (exchange) {
      checkpoint.countDown();
      restored.await();
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, -1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void report(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String kind =
          path.endsWith("init/error") ? "init/error" : path.substring(path.lastIndexOf('/') + 1);
      exchange.sendResponseHeaders(202, -1);
      reports.add(new Report(kind, body));
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
