package io.escala.localaws.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Takes what a custom resource's function PUTs to its ResponseURL. */
final class CustomResourceAnswers implements AutoCloseable {
  private static final String PREFIX = "/custom-resource-answers/";
  private static final int MAX_BYTES = 4096;
  private static final ObjectMapper JSON = new ObjectMapper();
  private final Map<String, CompletableFuture<JsonNode>> open = new ConcurrentHashMap<>();
  private HttpServer server;

  /**
   * Where a function answers once.
   *
   * @param token what tells it from others
   * @param url it PUTs to
   * @param answer what it put
   */
  record Slot(String token, String url, CompletableFuture<JsonNode> answer) {}

  synchronized Slot slot() throws IOException {
    if (server == null) {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(PREFIX, this::take);
      server.start();
    }
    String token = UUID.randomUUID().toString();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    open.put(token, answer);
    return new Slot(
        token,
        "http://127.0.0.1:"
            + server.getAddress().getPort()
            + PREFIX
            + token
            + "?X-Amz-Signature=local",
        answer);
  }

  void forget(Slot slot) {
    open.remove(slot.token());
  }

  @Override
  public synchronized void close() {
    if (server != null) {
      server.stop(0);
      server = null;
    }
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      String token = exchange.getRequestURI().getPath().substring(PREFIX.length());
      CompletableFuture<JsonNode> answer = open.get(token);
      if (answer == null || !exchange.getRequestMethod().equals("PUT")) {
        exchange.sendResponseHeaders(403, -1);
        return;
      }
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (body.length > MAX_BYTES) {
        answer.completeExceptionally(
            new IOException("its answer is too long: " + body.length + " bytes, 4096 are allowed"));
      } else {
        try {
          answer.complete(JSON.readTree(body));
        } catch (IOException e) {
          answer.completeExceptionally(new IOException("its answer is not JSON", e));
        }
      }
      exchange.sendResponseHeaders(200, -1);
    }
  }
}
