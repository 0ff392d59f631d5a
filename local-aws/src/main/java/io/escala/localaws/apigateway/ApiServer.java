package io.escala.localaws.apigateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.escala.localaws.http.AwsException;
import io.escala.localaws.lambda.Invoked;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** One API on a port of its own. */
final class ApiServer implements AutoCloseable {
  private static final int MAX_BYTES = 10 * 1024 * 1024;

  private final HttpServer server;
  private final ExecutorService threads;
  private final Supplier<ApiRecord> api;
  private final FunctionInvoker invoker;
  private final String accountId;

  /**
   * Opens the port.
   *
   * @param api what the API is now
   * @throws IOException when the port is taken
   */
  ApiServer(int port, Supplier<ApiRecord> api, FunctionInvoker invoker, String accountId)
      throws IOException {
    this.api = api;
    this.invoker = invoker;
    this.accountId = accountId;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "api-" + port);
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(threads);
    server.createContext("/", this::handle);
  }

  void start() {
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      ApiRecord now = api.get();
      ProxyEvent.Request request = read(exchange);
      ProxyResult result = answer(now, request);
      result.headers.forEach(exchange.getResponseHeaders()::put);
      corsHeaders(now, request).forEach(exchange.getResponseHeaders()::set);
      boolean noBody =
          result.body.length == 0 || request.method.equals("HEAD") || result.status == 204;
      exchange.sendResponseHeaders(result.status, noBody ? -1 : result.body.length);
      if (!noBody) {
        exchange.getResponseBody().write(result.body);
      }
    }
  }

  private static ProxyEvent.Request read(HttpExchange exchange) throws IOException {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
    byte[] body = exchange.getRequestBody().readNBytes(MAX_BYTES + 1);
    return new ProxyEvent.Request(
        exchange.getRequestMethod(),
        exchange.getRequestURI().getRawPath(),
        exchange.getRequestURI().getRawQuery(),
        headers,
        body,
        exchange.getRemoteAddress().getAddress().getHostAddress(),
        exchange.getProtocol());
  }

  private ProxyResult answer(ApiRecord now, ProxyEvent.Request request) {
    if (!ownHosts(now).contains(request.header("host"))) {
      return ProxyResult.message(403, "Forbidden");
    }
    if (request.body.length > MAX_BYTES) {
      return ProxyResult.message(413, "Request Entity Too Large");
    }
    if (isPreflight(request) && now.cors() != null) {
      return new ProxyResult(204, Map.of(), new byte[0]);
    }
    Optional<ApiRecord.Stage> stage = stage(now, request.path());
    if (stage.isEmpty()) {
      return ProxyResult.message(404, "Not Found");
    }
    String path = request.path();
    if (!stage.get().name().equals("$default")) {
      path = path.substring(stage.get().name().length() + 1);
    }
    Optional<RouteMatch> match =
        RouteMatch.find(now.routes().values(), request.method, path.isEmpty() ? "/" : path);
    if (match.isEmpty()) {
      return ProxyResult.message(404, "Not Found");
    }
    if (match.get().route().authorization().equals("AWS_IAM") && !mayDrive(now, request)) {
      return ProxyResult.message(403, "Forbidden");
    }
    ApiRecord.Integration integration = now.integrations().get(match.get().route().integration());
    if (integration == null) {
      return ProxyResult.message(500, "Internal Server Error");
    }
    return invoke(
        integration, ProxyEvent.of(now, stage.get(), match.get(), request, accountId).toString());
  }

  private ProxyResult invoke(ApiRecord.Integration integration, String event) {
    try {
      Invoked invoked =
          invoker
              .invoke(integration.function(), event.getBytes(StandardCharsets.UTF_8))
              .get(integration.timeoutMillis(), TimeUnit.MILLISECONDS);
      return invoked.functionError() == null
          ? ProxyResult.of(invoked.payload())
          : ProxyResult.message(500, "Internal Server Error");
    } catch (TimeoutException e) {
      return ProxyResult.message(504, "Gateway Timeout");
    } catch (AwsException e) {
      return e.status() == 429
          ? ProxyResult.message(503, "Service Unavailable")
          : ProxyResult.message(500, "Internal Server Error");
    } catch (ExecutionException e) {
      return ProxyResult.message(500, "Internal Server Error");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ProxyResult.message(503, "Service Unavailable");
    }
  }

  private static Optional<ApiRecord.Stage> stage(ApiRecord now, String path) {
    return now.stages().values().stream()
        .filter(stage -> (path + "/").startsWith("/" + stage.name() + "/"))
        .findFirst()
        .or(() -> Optional.ofNullable(now.stages().get("$default")));
  }

  private static Set<String> ownHosts(ApiRecord now) {
    return Set.of("127.0.0.1:" + now.port(), "localhost:" + now.port());
  }

  /** No signature is checked, so that a web page from elsewhere must not get through. */
  private static boolean mayDrive(ApiRecord now, ProxyEvent.Request request) {
    String origin = request.header("origin");
    return origin == null
        || ownHosts(now).contains(origin.replaceFirst("^http://", ""))
        || allowsOrigin(now.cors(), origin);
  }

  private static boolean allowsOrigin(ApiRecord.Cors cors, String origin) {
    return cors != null
        && cors.allowOrigins().stream()
            .anyMatch(
                allowed ->
                    allowed.equals("*")
                        || allowed.equalsIgnoreCase(origin)
                        || (allowed.endsWith("://*")
                            && origin.startsWith(allowed.substring(0, allowed.length() - 1))));
  }

  private static boolean isPreflight(ProxyEvent.Request request) {
    return request.method.equals("OPTIONS")
        && request.header("origin") != null
        && request.header("access-control-request-method") != null;
  }

  private static Map<String, String> corsHeaders(ApiRecord now, ProxyEvent.Request request) {
    Map<String, String> headers = new LinkedHashMap<>();
    ApiRecord.Cors cors = now.cors();
    String origin = request.header("origin");
    if (cors == null || origin == null || !allowsOrigin(cors, origin)) {
      return headers;
    }
    headers.put("access-control-allow-origin", cors.allowOrigins().contains("*") ? "*" : origin);
    if (cors.allowCredentials()) {
      headers.put("access-control-allow-credentials", "true");
    }
    if (isPreflight(request)) {
      put(headers, "access-control-allow-methods", cors.allowMethods());
      put(headers, "access-control-allow-headers", cors.allowHeaders());
      if (cors.maxAge() != null) {
        headers.put("access-control-max-age", cors.maxAge().toString());
      }
    } else {
      put(headers, "access-control-expose-headers", cors.exposeHeaders());
    }
    return headers;
  }

  private static void put(Map<String, String> headers, String name, List<String> values) {
    if (!values.isEmpty()) {
      headers.put(name, String.join(",", values));
    }
  }
}
