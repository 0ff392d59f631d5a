package io.escala.localaws.kubernetes;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Asks one container by one probe, again and again, until it is interrupted. */
final class ProbeLoop {
  private final Probe probe;
  private final HttpClient http;
  private final InetSocketAddress address;

  ProbeLoop(Probe probe, HttpClient http, InetSocketAddress address) {
    this.probe = probe;
    this.http = http;
    this.address = address;
  }

  /**
   * Reports each change of mind.
   *
   * @param first what is taken for true before the first answer; a change to it is not reported
   * @param healthy gets nothing when it became healthy, else why it is not
   */
  void run(boolean first, Consumer<Optional<String>> healthy) throws InterruptedException {
    boolean now = first;
    int inARow = 0;
    Thread.sleep(probe.initialDelay().toMillis());
    while (true) {
      Optional<String> failure = attempt();
      inARow = failure.isEmpty() == now ? 0 : inARow + 1;
      if (inARow >= (now ? probe.failureThreshold() : probe.successThreshold())) {
        now = !now;
        inARow = 0;
        healthy.accept(failure);
      }
      Thread.sleep(probe.period().toMillis());
    }
  }

  /**
   * Asks until the first success.
   *
   * @return why it is given up, after as many failures as the probe allows
   */
  Optional<String> awaitSuccess() throws InterruptedException {
    Thread.sleep(probe.initialDelay().toMillis());
    for (int failures = 1; ; failures++) {
      Optional<String> failure = attempt();
      if (failure.isEmpty() || failures >= probe.failureThreshold()) {
        return failure;
      }
      Thread.sleep(probe.period().toMillis());
    }
  }

  private Optional<String> attempt() throws InterruptedException {
    try {
      return probe.path() == null ? connect() : get();
    } catch (IOException e) {
      return Optional.of(
          (probe.path() == null ? "connecting" : "GET " + probe.path())
              + " failed: "
              + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
    }
  }

  private Optional<String> get() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://" + address.getHostString() + ":" + address.getPort() + probe.path()))
            .timeout(probe.timeout())
            .header("User-Agent", "kube-probe/1.36")
            .build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() >= 200 && answer.statusCode() < 400) {
      return Optional.empty();
    }
    String body = answer.body().lines().findFirst().orElse("");
    return Optional.of(
        "GET %s answered %d %s"
            .formatted(
                probe.path(),
                answer.statusCode(),
                body.length() > 200 ? body.substring(0, 200) + "…" : body)
            .strip());
  }

  private Optional<String> connect() throws IOException {
    try (Socket socket = new Socket()) {
      Duration timeout = probe.timeout();
      socket.connect(address, (int) timeout.toMillis());
      return Optional.empty();
    }
  }
}
