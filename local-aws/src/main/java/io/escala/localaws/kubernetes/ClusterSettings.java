package io.escala.localaws.kubernetes;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * How a cluster runs.
 *
 * @param folder for pods' files and logs
 * @param environment what each pod sees beside its own variables: what Pod Identity would bring
 * @param javaHomes the JDK of each Java release that images may bring, by release
 * @param backOff the pause before the second restart of a container; it doubles up to 30 times this
 * @param firstPort where the front doors of Services look for a free port; 0 for any
 */
public record ClusterSettings(
    Path folder,
    Map<String, String> environment,
    Map<Integer, Path> javaHomes,
    Duration backOff,
    int firstPort) {
  /** The pause that a kubelet begins with. */
  public static final Duration KUBELET_BACK_OFF = Duration.ofSeconds(10);

  public ClusterSettings {
    environment = Map.copyOf(environment);
    javaHomes = Map.copyOf(javaHomes);
  }
}
