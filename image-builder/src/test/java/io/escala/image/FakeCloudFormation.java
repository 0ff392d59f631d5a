package io.escala.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes what a custom resource's function PUTs, as S3 does: without a content type. */
final class FakeCloudFormation implements AutoCloseable {
  private final HttpServer server;
  private final List<JsonObject> answers = new CopyOnWriteArrayList<>();
  private final AtomicInteger failures;

  /** One that fails at first. */
  FakeCloudFormation(int failures) throws IOException {
    this.failures = new AtomicInteger(failures);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (this.failures.getAndDecrement() > 0) {
              exchange.sendResponseHeaders(503, -1);
            } else if (!exchange.getRequestMethod().equals("PUT")
                || exchange.getRequestHeaders().containsKey("Content-Type")
                || body.length > 4096) {
              exchange.sendResponseHeaders(403, -1);
            } else {
              answers.add(JsonParser.parseString(new String(body, UTF_8)).getAsJsonObject());
              exchange.sendResponseHeaders(200, -1);
            }
          }
        });
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/answer?X-Amz-Signature=secret";
  }

  /** The only answer so far. */
  JsonObject answer() {
    if (answers.size() != 1) {
      throw new AssertionError("answers: " + answers);
    }
    return answers.get(0);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
