package io.escala.infra;

import java.util.Map;

/**
 * Ends a run that takes too long: YARN itself kills an application that is older than this, whoever
 * submitted it. Its step then fails, and a transient cluster ends with it.
 *
 * @see <a
 *     href="https://hadoop.apache.org/docs/r3.4.2/hadoop-yarn/hadoop-yarn-site/CapacityScheduler.html">its
 *     application lifetime</a>
 */
final class RunLimit {
  /** Of EMR's configurations, the one that is YARN's queues. */
  static final String CLASSIFICATION = "capacity-scheduler";

  private RunLimit() {}

  static Map<String, String> properties(long minutes) {
    return Map.of(
        "yarn.scheduler.capacity.root.default.maximum-application-lifetime",
        String.valueOf(minutes * 60));
  }
}
