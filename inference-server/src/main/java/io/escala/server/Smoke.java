package io.escala.server;

import io.escala.inference.Manifest;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Golden rows, over HTTP.
 *
 * @param everyAddress whether each address of the host is asked rather than one
 * @param models with what they must answer
 */
record Smoke(URI server, boolean everyAddress, List<Manifest> models, PrintStream out) {
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofSeconds(10);

  /** May be different in a moment. */
  private static final class NotYet extends Exception {
    private static final long serialVersionUID = 1L;

    NotYet(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * Returns when all answers were right.
   *
   * @param patience with a server that is not there yet
   * @throws StartException if one is wrong, or did not come in time
   */
  void run(Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();
    while (true) {
      try {
        // All again: meanwhile there may be other pods
        List<String> right = new ArrayList<>();
        for (URI address : addresses()) {
          for (Manifest model : models) {
            right.add(ask(client, address, model));
          }
        }
        right.forEach(out::println);
        return;
      } catch (NotYet e) {
        if (System.nanoTime() >= end) {
          throw new StartException(e.getMessage() + ", after " + patience.toSeconds() + " s");
        }
        pause();
      }
    }
  }

  private List<URI> addresses() throws NotYet {
    if (!everyAddress) {
      return List.of(server);
    }
    try {
      return Arrays.stream(InetAddress.getAllByName(server.getHost()))
          .map(InetAddress::getHostAddress)
          .map(address -> address.contains(":") ? "[" + address + "]" : address)
          .sorted()
          .map(
              address ->
                  URI.create(
                      "http://" + address + (server.getPort() < 0 ? "" : ":" + server.getPort())))
          .toList();
    } catch (UnknownHostException e) {
      throw new NotYet(server.getHost() + " has no address: no replica is ready");
    }
  }

  private static String ask(HttpClient client, URI address, Manifest model) throws NotYet {
    String who = address + ": " + model.name() + " " + model.version();
    HttpRequest request =
        HttpRequest.newBuilder(address.resolve("/v1/models/" + model.name() + ":predict"))
            .timeout(ANSWER)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(GoldenRequest.predict(model.golden())))
            .build();
    HttpResponse<byte[]> response;
    try {
      response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new NotYet(who + ": no answer: " + (e.getMessage() == null ? e : e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted");
    }
    String version = response.headers().firstValue("escala-model-version").orElse("");
    if (response.statusCode() == 200 && !version.equals(model.version().text())) {
      throw new NotYet(who + ": version " + version + " answers");
    }
    if (List.of(404, 429, 502, 503, 504).contains(response.statusCode())) {
      throw new NotYet(who + ": the status is " + response.statusCode());
    }
    Optional<String> fault =
        response.statusCode() == 200
            ? new GoldenAnswers(model).fault(response.body())
            : Optional.of("the status is " + response.statusCode());
    if (fault.isPresent()) {
      throw new StartException(who + ": " + fault.get());
    }
    return who + ": " + model.golden().size() + " golden rows answered as in training";
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted");
    }
  }
}
