package io.escala.localaws.kubernetes;

import io.escala.localaws.cloudformation.ResourceProperties;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A container as a pod template describes it.
 *
 * @param command in place of the image's entry point; empty for that of the image
 * @param args in place of the image's command; empty for that of the image
 * @param port that it listens on; empty when it serves nothing
 * @param portName the port's name, or empty
 * @param resources amounts by {@code requests.cpu}, {@code limits.memory} and so on
 * @param mounts volume names by the path that they are mounted at
 * @param preStop how long it serves on before SIGTERM
 */
record Container(
    String name,
    String image,
    List<String> command,
    List<String> args,
    List<EnvVar> env,
    Optional<Integer> port,
    String portName,
    Map<String, BigDecimal> resources,
    Map<String, String> mounts,
    Optional<Probe> startup,
    Optional<Probe> readiness,
    Optional<Probe> liveness,
    Duration preStop) {

  static Container of(ResourceProperties container) {
    List<ResourceProperties> ports = container.objects("ports");
    if (ports.size() > 1) {
      throw new IllegalArgumentException(
          container.at() + " has " + ports.size() + " ports; local-aws runs containers with one");
    }
    ports.forEach(port -> port.recorded("protocol"));
    Map<String, String> mounts = new LinkedHashMap<>();
    for (ResourceProperties mount : container.objects("volumeMounts")) {
      mount.recorded("readOnly");
      mounts.put(mount.requireText("mountPath"), mount.requireText("name"));
    }
    // A process of this machine's user: it may do what the user may
    container.recorded(
        "securityContext", "imagePullPolicy", "terminationMessagePath", "terminationMessagePolicy");
    Container read =
        new Container(
            container.requireText("name"),
            container.requireText("image"),
            container.texts("command"),
            container.texts("args"),
            container.objects("env").stream().map(EnvVar::of).toList(),
            ports.stream().findFirst().flatMap(port -> port.integer("containerPort")),
            ports.stream().findFirst().flatMap(port -> port.text("name")).orElse(""),
            resources(container),
            mounts,
            Probe.of(container, "startupProbe"),
            Probe.of(container, "readinessProbe"),
            Probe.of(container, "livenessProbe"),
            preStop(container));
    Stream.of(read.startup, read.readiness, read.liveness)
        .flatMap(Optional::stream)
        .filter(probe -> !read.hasPort(probe.port()))
        .findFirst()
        .ifPresent(
            probe -> {
              throw new IllegalArgumentException(
                  container.at()
                      + " is probed at port "
                      + probe.port()
                      + ", which it does not have");
            });
    return read;
  }

  /** Whether it listens on the port of this name or number. */
  boolean hasPort(String nameOrNumber) {
    return port.isPresent()
        && (nameOrNumber.equals(portName) || nameOrNumber.equals(port.get().toString()));
  }

  private static Map<String, BigDecimal> resources(ResourceProperties container) {
    Map<String, BigDecimal> amounts = new LinkedHashMap<>();
    container
        .object("resources")
        .ifPresent(
            resources -> {
              for (String kind : List.of("limits", "requests")) {
                resources
                    .textMap(kind)
                    .forEach((what, text) -> amounts.put(kind + "." + what, Quantity.of(text)));
              }
              // What has a limit and no request requests its limit
              for (String what : List.of("cpu", "memory")) {
                if (amounts.containsKey("limits." + what)) {
                  amounts.putIfAbsent("requests." + what, amounts.get("limits." + what));
                }
              }
            });
    return amounts;
  }

  private static Duration preStop(ResourceProperties container) {
    return container
        .object("lifecycle")
        .flatMap(lifecycle -> lifecycle.object("preStop"))
        .map(
            preStop ->
                preStop
                    .object("sleep")
                    .flatMap(sleep -> sleep.integer("seconds"))
                    .map(Duration::ofSeconds)
                    .orElseThrow(
                        () ->
                            new IllegalArgumentException(
                                preStop.at() + " is not sleep.seconds, which local-aws runs")))
        .orElse(Duration.ZERO);
  }
}
