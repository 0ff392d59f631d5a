package io.escala.localaws;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.escala.localaws.http.AwsException;
import io.escala.localaws.http.AwsRequest;
import io.escala.localaws.http.AwsResponse;
import io.escala.localaws.http.AwsService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** One service behind HTTP, so that a test can talk to it with the AWS SDK. */
public final class OneService implements AutoCloseable {
  private final AwsService service;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  public OneService(AwsService service) throws IOException {
    this.service = service;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) {
    try (exchange) {
      AwsRequest request = request(exchange);
      AwsResponse response;
      try {
        response = service.handle(request);
      } catch (AwsException e) {
        response = service.error(request, e);
      } catch (RuntimeException e) {
        response = service.error(request, new AwsException(500, "InternalFailure", e.toString()));
      }
      response.headers().forEach(exchange.getResponseHeaders()::set);
      exchange.sendResponseHeaders(
          response.status(), response.length() == 0 ? -1 : response.length());
      response.body().writeTo(exchange.getResponseBody());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private AwsRequest request(HttpExchange exchange) {
    Map<String, List<String>> query = new LinkedHashMap<>();
    String raw = exchange.getRequestURI().getRawQuery();
    for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
      String[] both = pair.split("=", 2);
      query
          .computeIfAbsent(
              URLDecoder.decode(both[0], StandardCharsets.UTF_8), name -> new ArrayList<>())
          .add(both.length == 1 ? "" : URLDecoder.decode(both[1], StandardCharsets.UTF_8));
    }
    Map<String, String> headers = new LinkedHashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
    return new AwsRequest(
        service.signingName(),
        "us-east-1",
        exchange.getRequestMethod(),
        exchange.getRequestURI().getRawPath(),
        query,
        headers,
        exchange.getRequestBody());
  }
}
