package io.escala.localaws.kubernetes;

import io.escala.localaws.cloudformation.ResourceProperties;
import java.time.Duration;
import java.util.Optional;

/**
 * How a container is asked for its health.
 *
 * @param path of an HTTP GET; {@code null} when a TCP connection is enough
 * @param port its name or number in the container
 * @param initialDelay from the container's start to the first attempt
 * @param period between attempts
 * @param timeout of one attempt
 * @param successThreshold successes in a row that make it healthy
 * @param failureThreshold failures in a row that make it unhealthy
 */
record Probe(
    String path,
    String port,
    Duration initialDelay,
    Duration period,
    Duration timeout,
    int successThreshold,
    int failureThreshold) {

  static Optional<Probe> of(ResourceProperties container, String name) {
    return container.object(name).map(Probe::of);
  }

  private static Probe of(ResourceProperties probe) {
    String path = null;
    String port;
    Optional<ResourceProperties> http = probe.object("httpGet");
    if (http.isPresent()) {
      path = http.get().text("path").orElse("/");
      port = http.get().requireText("port");
      String scheme = http.get().text("scheme").orElse("HTTP");
      if (!scheme.equals("HTTP")) {
        throw new IllegalArgumentException(
            probe.at() + " asks by " + scheme + "; local-aws asks by HTTP");
      }
    } else {
      port =
          probe
              .object("tcpSocket")
              .map(tcp -> tcp.requireText("port"))
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          probe.at() + " has neither httpGet nor tcpSocket"));
    }
    return new Probe(
        path,
        port,
        seconds(probe, "initialDelaySeconds", 0, 0),
        seconds(probe, "periodSeconds", 10, 1),
        seconds(probe, "timeoutSeconds", 1, 1),
        atLeast(probe, "successThreshold", 1, 1),
        atLeast(probe, "failureThreshold", 3, 1));
  }

  private static Duration seconds(ResourceProperties probe, String name, int standard, int min) {
    return Duration.ofSeconds(atLeast(probe, name, standard, min));
  }

  private static int atLeast(ResourceProperties probe, String name, int standard, int min) {
    int value = probe.integer(name).orElse(standard);
    if (value < min) {
      throw new IllegalArgumentException(
          probe.at() + "." + name + " is " + value + ", but must be at least " + min);
    }
    return value;
  }
}
