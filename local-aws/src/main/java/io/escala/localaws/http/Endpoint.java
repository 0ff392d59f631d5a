package io.escala.localaws.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The HTTP side of the endpoint: takes requests on 127.0.0.1, finds the service by the credential
 * scope of their signature, and gives back what the service answers. That a request is signed is
 * required, with what key is not looked at. Requests that a web page sends are refused.
 */
public final class Endpoint implements AutoCloseable {
  /** Below this path an HTTP API or a function URL answers, signed or not. */
  public static final String API_PATH = "/_execute-api/";

  /** Below this path the clusters answer {@code ./escala}, signed or not. */
  public static final String KUBERNETES_PATH = "/_escala/kubernetes";

  /** The service that does. */
  public static final String KUBERNETES = "escala-kubernetes";

  private static final Pattern SCOPE =
      Pattern.compile("[^/]+/[0-9]{8}/([^/]+)/([^/]+)/aws4_request");
  private static final Pattern CREDENTIAL = Pattern.compile("Credential=([^,\\s]+)");
  private static final Pattern HOST =
      Pattern.compile("(?:([a-z0-9.-]+\\.)?localhost|127\\.0\\.0\\.1)(?::[0-9]+)?");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Map<String, AwsService> services = Map.of();
  private byte[] health = new byte[0];

  /** Binds to a port of 127.0.0.1, 0 for any, and answers nothing yet. */
  public Endpoint(int port) throws IOException {
    System.setProperty("sun.net.httpserver.nodelay", "true");
    server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 0);
    server.setExecutor(threads);
    server.createContext("/", this::exchange);
  }

  /** The port. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Where clients find the endpoint. */
  public String url() {
    return "http://127.0.0.1:" + port();
  }

  /**
   * Starts to answer.
   *
   * @param healthRecord the JSON that {@code GET /_escala/health} gives
   */
  public void start(List<AwsService> all, byte[] healthRecord) {
    Map<String, AwsService> byName = new LinkedHashMap<>();
    for (AwsService service : all) {
      AwsService other = byName.put(service.signingName(), service);
      if (other != null) {
        throw new IllegalStateException("two services are called " + service.signingName());
      }
    }
    services = Map.copyOf(byName);
    health = healthRecord.clone();
    server.start();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void exchange(HttpExchange exchange) {
    try (exchange) {
      AwsResponse response;
      try {
        response = answer(exchange);
      } catch (AwsException e) {
        response = plain(e.status(), e.code() + ": " + e.getMessage());
      }
      AwsChunked.drain(exchange.getRequestBody());
      send(exchange, response);
    } catch (IOException e) {
      // the client went away
    } catch (RuntimeException | Error e) {
      log(exchange.getRequestMethod() + " " + exchange.getRequestURI(), e);
    }
  }

  private AwsResponse answer(HttpExchange exchange) throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, list) -> headers.put(name.toLowerCase(Locale.ROOT), list.get(0)));
    String host = headers.getOrDefault("host", "").toLowerCase(Locale.ROOT);
    if (!HOST.matcher(host).matches()) {
      return plain(403, "refused: the endpoint answers for 127.0.0.1 and localhost, not " + host);
    }
    String origin = headers.get("origin");
    if (origin != null && !origin.equals(url()) && !origin.equals("http://localhost:" + port())) {
      return plain(403, "refused: a web page of " + origin + " may not use the endpoint");
    }
    URI uri = exchange.getRequestURI();
    String path = uri.getRawPath() == null ? "/" : uri.getRawPath();
    if (uri.getRawAuthority() != null && uri.getScheme() == null) {
      path = "//" + uri.getRawAuthority() + path; // a path that starts with two slashes
    }
    if (path.equals("/_escala/health")) {
      return AwsResponse.of(200, Map.of("Content-Type", "application/json"), health);
    }
    Map<String, List<String>> query = query(uri.getRawQuery());
    if (path.startsWith(KUBERNETES_PATH)) {
      return handle(
          services.get(KUBERNETES),
          new AwsRequest(
              KUBERNETES,
              "",
              exchange.getRequestMethod(),
              path,
              query,
              headers,
              exchange.getRequestBody()));
    }
    boolean api = path.startsWith(API_PATH) || host.contains(".execute-api.");
    Optional<Matcher> scope = scope(headers, query);
    if (scope.isEmpty() && !api) {
      return new AwsResponse(
          403,
          Map.of(
              "Content-Type", "application/json",
              "x-amzn-ErrorType", "MissingAuthenticationTokenException"),
          MISSING_TOKEN.length,
          out -> out.write(MISSING_TOKEN));
    }
    String name = api ? "execute-api" : scope.get().group(2);
    String region = scope.map(s -> s.group(1)).orElse("");
    AwsService service = services.get(name);
    if (service == null) {
      return plain(
          501,
          "local-aws does not have the service " + name + "; it has " + sorted(services.keySet()));
    }
    InputStream body = exchange.getRequestBody();
    if (AwsChunked.isChunked(headers)) {
      body = new AwsChunked(body, headers.getOrDefault("x-amz-trailer", ""));
    }
    AwsRequest request =
        new AwsRequest(name, region, exchange.getRequestMethod(), path, query, headers, body);
    return handle(service, request);
  }

  private AwsResponse handle(AwsService service, AwsRequest request) {
    try {
      return service.handle(request);
    } catch (AwsException e) {
      return service.error(request, e);
    } catch (IOException | RuntimeException | Error e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (String.valueOf(cause.getMessage()).contains("No space left on device")) {
          return service.error(
              request,
              new AwsException(
                  507,
                  "InsufficientStorage",
                  "no space is left for the endpoint's state folder; free some and try again ("
                      + cause.getMessage()
                      + ")"));
        }
      }
      log(request.service() + " " + request.method() + " " + request.path(), e);
      return service.error(request, new AwsException(500, "InternalFailure", e.toString()));
    }
  }

  private static void send(HttpExchange exchange, AwsResponse response) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    response.headers().forEach(headers::set);
    if (!headers.containsKey("x-amzn-RequestId")) {
      headers.set("x-amzn-RequestId", UUID.randomUUID().toString());
    }
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", Long.toString(response.length()));
      exchange.sendResponseHeaders(response.status(), -1);
    } else if (response.length() == 0) {
      exchange.sendResponseHeaders(response.status(), -1);
    } else {
      exchange.sendResponseHeaders(response.status(), response.length());
      try (OutputStream out = exchange.getResponseBody()) {
        response.body().writeTo(out);
      }
    }
  }

  private static Optional<Matcher> scope(
      Map<String, String> headers, Map<String, List<String>> query) {
    String authorization = headers.getOrDefault("authorization", "");
    String credential = "";
    if (authorization.startsWith("AWS4-HMAC-SHA256 ")
        || authorization.startsWith("AWS4-ECDSA-P256-SHA256 ")) {
      Matcher found = CREDENTIAL.matcher(authorization);
      credential = found.find() ? found.group(1) : "";
    } else if (query.containsKey("X-Amz-Credential") && query.containsKey("X-Amz-Signature")) {
      credential = query.get("X-Amz-Credential").get(0);
    }
    Matcher scope = SCOPE.matcher(credential);
    return scope.matches() ? Optional.of(scope) : Optional.empty();
  }

  private static Map<String, List<String>> query(String raw) {
    Map<String, List<String>> query = new LinkedHashMap<>();
    if (raw == null) {
      return query;
    }
    for (String pair : raw.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equal = pair.indexOf('=');
        String name = equal == -1 ? pair : pair.substring(0, equal);
        String value = equal == -1 ? "" : pair.substring(equal + 1);
        try {
          query
              .computeIfAbsent(URLDecoder.decode(name, UTF_8), n -> new ArrayList<>())
              .add(URLDecoder.decode(value, UTF_8));
        } catch (IllegalArgumentException e) {
          throw new AwsException(400, "MalformedQueryString", "cannot decode " + pair);
        }
      }
    }
    return query;
  }

  private static List<String> sorted(Iterable<String> names) {
    List<String> list = new ArrayList<>();
    names.forEach(list::add);
    list.sort(null);
    return list;
  }

  private static AwsResponse plain(int status, String message) {
    return AwsResponse.of(
        status,
        Map.of("Content-Type", "text/plain; charset=utf-8"),
        (message + "\n").getBytes(UTF_8));
  }

  private static final byte[] MISSING_TOKEN =
      "{\"message\":\"Missing Authentication Token\"}".getBytes(UTF_8);

  @SuppressWarnings(
      "CatchAndPrintStackTrace") // a failure that nobody foresaw: the operator needs it
  private static void log(String what, Throwable failure) {
    System.err.println("local-aws: " + what + " failed");
    failure.printStackTrace();
  }
}
