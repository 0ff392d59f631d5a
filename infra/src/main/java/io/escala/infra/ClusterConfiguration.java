package io.escala.infra;

import io.escala.infra.config.SparkConfig;
import io.escala.infra.config.TransitEncryption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Something that a cluster's software is told.
 *
 * @param classification EMR's name for the part that is told
 */
record ClusterConfiguration(String classification, Map<String, String> properties) {
  ClusterConfiguration {
    properties = new TreeMap<>(properties);
  }

  /** All of them, for a configuration. */
  static List<ClusterConfiguration> of(SparkConfig config) {
    List<ClusterConfiguration> all = new ArrayList<>();
    all.add(
        new ClusterConfiguration(
            RunLimit.CLASSIFICATION, RunLimit.properties(config.maxRuntimeMinutes())));
    config
        .inTransit()
        // With certificates EMR says this itself.
        .filter(TransitEncryption.Spark.class::isInstance)
        .ifPresent(
            spark -> {
              all.add(new ClusterConfiguration("spark-defaults", SparkTraffic.properties()));
              // The shuffle service, which is part of YARN's node managers, reads them there.
              all.add(new ClusterConfiguration("yarn-site", SparkTraffic.properties()));
            });
    return all;
  }
}
