package io.escala.localaws.kubernetes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the pods of the tests run: a server that tells its name and version and can be told to
 * misbehave, and a client that checks the version, for a Job. Nothing but the JDK is on its class
 * path.
 */
public final class TinyServer {
  private static volatile boolean ready = true;
  private static volatile boolean alive = true;
  private static final AtomicInteger UNDER_WAY = new AtomicInteger();

  private TinyServer() {}

  /**
   * {@code serve --port N --host ADDRESS}, {@code check URL VERSION}, {@code check-each URL
   * VERSION} for each address of the URL's host, or anything else, which fails.
   */
  public static void main(String[] args) throws Exception {
    switch (args[0]) {
      case "serve" -> serve(Arrays.asList(args));
      case "check" -> check(args[1], args[2]);
      case "check-each" -> {
        URI url = URI.create(args[1]);
        for (InetAddress pod : InetAddress.getAllByName(url.getHost())) {
          check("http://" + pod.getHostAddress() + ":" + url.getPort() + "/who", args[2]);
          System.err.println("asked " + pod.getHostAddress());
        }
      }
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  private static void serve(List<String> args) throws IOException {
    String host = args.get(args.indexOf("--host") + 1);
    int port = Integer.parseInt(args.get(args.indexOf("--port") + 1));
    ready = !"never".equals(System.getenv("READY"));
    HttpServer server = HttpServer.create(new InetSocketAddress(host, port), 512);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/", TinyServer::answer);
    server.start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> drain(server)));
    System.out.println("listening");
  }

  /** Accepts no more, finishes what is under way. */
  private static void drain(HttpServer server) {
    server.stop(0);
    try {
      while (UNDER_WAY.get() > 0) {
        pause(10);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(0);
  }

  private static void answer(HttpExchange exchange) throws IOException {
    UNDER_WAY.incrementAndGet();
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      int status = 200;
      String text = "";
      switch (exchange.getRequestURI().getPath()) {
        case "/live" -> {
          while (!alive) {
            pause(50);
          }
        }
        case "/ready" -> status = ready ? 200 : 503;
        case "/unready" -> ready = false;
        case "/hang" -> alive = false;
        case "/die" -> Runtime.getRuntime().halt(7);
        case "/slow" -> {
          pause(300);
          text = who();
        }
        case "/env" -> text = String.valueOf(System.getenv(exchange.getRequestURI().getQuery()));
        case "/file" -> text = Files.readString(Path.of(System.getenv("CONFIG"), "greeting"));
        case "/echo" -> text = new String(body, StandardCharsets.UTF_8);
        default -> text = who();
      }
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      UNDER_WAY.decrementAndGet();
    }
  }

  private static void pause(long millis) throws InterruptedException {
    Thread.sleep(millis);
  }

  private static String who() {
    return System.getenv("HOSTNAME") + " " + System.getenv("VERSION");
  }

  private static void check(String url, String version) throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(url)).build(),
                HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200 || !answer.body().endsWith(" " + version)) {
      System.err.println("wanted version " + version + ", but got: " + answer.body());
      System.exit(1);
    }
  }
}
