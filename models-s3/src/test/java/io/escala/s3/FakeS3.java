package io.escala.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.escala.inference.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** Path-style S3: buckets are folders. It can be told to fail. */
public final class FakeS3 implements AutoCloseable {
  private record Failure(int status, String code) {}

  private final HttpServer server;
  private final Path root;
  private final Queue<Failure> failures = new ArrayDeque<>();
  private final List<HttpExchange> requests = new CopyOnWriteArrayList<>();

  public FakeS3(Path root) throws IOException {
    this.root = root;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/", this::answer);
    server.start();
  }

  public String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  public List<HttpExchange> requests() {
    return requests;
  }

  public synchronized void failNext(int status, String code) {
    failures.add(new Failure(status, code));
  }

  private synchronized Failure nextFailure() {
    return failures.poll();
  }

  private void answer(HttpExchange exchange) {
    try (exchange) {
      requests.add(exchange);
      Failure failure = nextFailure();
      Path file = root.resolve(exchange.getRequestURI().getPath().substring(1));
      if (failure != null) {
        error(exchange, failure.status(), failure.code());
      } else if (!exchange.getRequestHeaders().containsKey("Authorization")) {
        error(exchange, 403, "AccessDenied");
      } else if (exchange.getRequestMethod().equals("PUT")) {
        put(exchange, file);
      } else if (!Files.isRegularFile(file)) {
        error(exchange, 404, "NoSuchKey");
      } else {
        byte[] content = Files.readAllBytes(file);
        exchange.sendResponseHeaders(200, content.length);
        exchange.getResponseBody().write(content);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void put(HttpExchange exchange, Path file) throws IOException {
    byte[] content = exchange.getRequestBody().readAllBytes();
    String signed = exchange.getRequestHeaders().getFirst("x-amz-content-sha256");
    if (!Sha256.of(content).equals(signed)) {
      error(exchange, 400, "XAmzContentSHA256Mismatch");
    } else if (!Files.isDirectory(root.resolve(root.relativize(file).getName(0)))) {
      error(exchange, 404, "NoSuchBucket");
    } else {
      Files.createDirectories(file.getParent());
      Files.write(file, content);
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private static void error(HttpExchange exchange, int status, String code) throws IOException {
    byte[] xml =
        ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>"
                + code
                + "</Code><Message>no</Message></Error>")
            .getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, xml.length);
    exchange.getResponseBody().write(xml);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
