package io.escala.localaws.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.escala.localaws.cloudformation.ResourceProperties;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What a Deployment or a Job makes pods from.
 *
 * @param volumes the name of the ConfigMap behind each volume; empty for an empty folder
 * @param grace from the order to stop until SIGKILL, {@code preStop} included
 * @param restartPolicy {@code Always}, {@code OnFailure} or {@code Never}
 * @param hash the same for the same template
 */
record PodTemplate(
    Map<String, String> labels,
    Map<String, String> annotations,
    Container container,
    Map<String, Optional<String>> volumes,
    Duration grace,
    String restartPolicy,
    String serviceAccount,
    String hash) {

  /** Where pods are placed and what they may do: one machine and its user decide that here. */
  private static final String[] RECORDED = {
    "affinity",
    "automountServiceAccountToken",
    "dnsPolicy",
    "enableServiceLinks",
    "nodeSelector",
    "priorityClassName",
    "schedulerName",
    "securityContext",
    "tolerations",
    "topologySpreadConstraints"
  };

  static PodTemplate of(ResourceProperties template, JsonNode json) {
    ResourceProperties metadata =
        template
            .object("metadata")
            .orElseThrow(() -> new IllegalArgumentException(template.at() + " has no metadata"));
    ResourceProperties spec =
        template
            .object("spec")
            .orElseThrow(() -> new IllegalArgumentException(template.at() + " has no spec"));
    List<ResourceProperties> containers = spec.objects("containers");
    if (containers.size() != 1) {
      throw new IllegalArgumentException(
          spec.at() + " has " + containers.size() + " containers; local-aws runs pods with one");
    }
    Map<String, Optional<String>> volumes = new LinkedHashMap<>();
    spec.objects("volumes")
        .forEach(volume -> volumes.put(volume.requireText("name"), source(volume)));
    Container container = Container.of(containers.get(0));
    container
        .mounts()
        .forEach(
            (path, volume) -> {
              if (!volumes.containsKey(volume)) {
                throw new IllegalArgumentException(
                    spec.at() + " mounts the volume " + volume + ", which it does not have");
              }
            });
    spec.recorded(RECORDED);
    return new PodTemplate(
        metadata.textMap("labels"),
        metadata.textMap("annotations"),
        container,
        volumes,
        Duration.ofSeconds(spec.integer("terminationGracePeriodSeconds").orElse(30)),
        spec.text("restartPolicy").orElse("Always"),
        spec.text("serviceAccountName").orElse("default"),
        hash(json));
  }

  private static Optional<String> source(ResourceProperties volume) {
    Optional<ResourceProperties> configMap = volume.object("configMap");
    if (configMap.isPresent()) {
      configMap.get().recorded("defaultMode");
      return Optional.of(configMap.get().requireText("name"));
    }
    ResourceProperties empty =
        volume
            .object("emptyDir")
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        volume.at() + " is neither an emptyDir nor a configMap"));
    empty.recorded("sizeLimit", "medium");
    return Optional.empty();
  }

  private static String hash(JsonNode json) {
    return UUID.nameUUIDFromBytes(json.toString().getBytes(StandardCharsets.UTF_8))
        .toString()
        .replace("-", "")
        .substring(0, 10);
  }
}
