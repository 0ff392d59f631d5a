package io.escala.localaws.emr;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A cluster's configuration classifications, as far as they reach a step here. */
final class EmrConfigurations {
  /**
   * Those that shape EMR's machines and daemons, which this machine has not. {@code spark} holds
   * only maximizeResourceAllocation.
   */
  private static final Set<String> RECORDED =
      Set.of("spark", "yarn-site", "capacity-scheduler", "spark-metrics");

  private static final String LIFETIME =
      "yarn.scheduler.capacity.root.default.maximum-application-lifetime";

  private EmrConfigurations() {}

  /**
   * Refuses what is not handled.
   *
   * @throws IllegalArgumentException naming the classification
   */
  static void check(JsonNode request) {
    for (JsonNode configuration : request.path("Configurations")) {
      String classification = configuration.path("Classification").asText();
      if (!classification.equals("spark-defaults") && !RECORDED.contains(classification)) {
        throw new IllegalArgumentException(
            "local-aws does not handle the configuration classification " + classification);
      }
      if (!configuration.path("Configurations").isEmpty()) {
        throw new IllegalArgumentException(
            "local-aws does not handle configurations inside " + classification);
      }
    }
  }

  /** What {@code spark-defaults} says, without what another cluster manager decides. */
  static Map<String, String> sparkDefaults(JsonNode request) {
    Map<String, String> defaults = new LinkedHashMap<>();
    for (JsonNode configuration : request.path("Configurations")) {
      if (configuration.path("Classification").asText().equals("spark-defaults")) {
        configuration
            .path("Properties")
            .properties()
            .forEach(entry -> defaults.put(entry.getKey(), entry.getValue().asText()));
      }
    }
    defaults.remove("spark.master");
    defaults.remove("spark.submit.deployMode");
    return defaults;
  }

  /** After how many seconds YARN ends an application; 0 for never. */
  static long lifetimeSeconds(JsonNode request) {
    for (JsonNode configuration : request.path("Configurations")) {
      if (configuration.path("Classification").asText().equals("capacity-scheduler")) {
        return configuration.path("Properties").path(LIFETIME).asLong(0);
      }
    }
    return 0;
  }
}
