package io.escala.infra;

import io.escala.infra.config.SparkConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Machines of one kind in a cluster. The coordinating machine and those that hold data are bought
 * on demand, for without them the run is lost; those that join only to compute are Spot machines.
 *
 * @param kind {@code MASTER}, {@code CORE} or {@code TASK}
 * @param instanceTypes the first preferred
 */
record Fleet(String kind, long onDemand, long spot, List<String> instanceTypes) {
  private static final long SPOT_MINUTES = 10;

  /** The fleets of a cluster. */
  static List<Fleet> of(SparkConfig config) {
    List<Fleet> fleets = new ArrayList<>();
    fleets.add(new Fleet("MASTER", 1, 0, List.of(config.primaryInstanceType())));
    fleets.add(new Fleet("CORE", config.coreCount(), 0, config.coreInstanceTypes()));
    if (config.taskCount() > 0) {
      // EMR makes no empty fleet; managed scaling does the rest.
      fleets.add(new Fleet("TASK", 0, 1, config.coreInstanceTypes()));
    }
    return fleets;
  }

  /**
   * The bounds of managed scaling: it adds and takes away Spot machines alone. By construction none
   * contradicts another, which EMR would say only when it starts the cluster.
   */
  static Map<String, Object> limits(SparkConfig config) {
    Map<String, Object> limits = new TreeMap<>();
    limits.put("UnitType", "InstanceFleetUnits");
    limits.put("MinimumCapacityUnits", config.coreCount());
    limits.put("MaximumCapacityUnits", config.coreCount() + config.taskCount());
    limits.put("MaximumCoreCapacityUnits", config.coreCount());
    limits.put("MaximumOnDemandCapacityUnits", config.coreCount());
    return Map.of("ComputeLimits", limits);
  }

  /** As RunJobFlow and CloudFormation both spell it. */
  Map<String, Object> request() {
    Map<String, Object> request = new TreeMap<>();
    request.put("Name", kind.toLowerCase(Locale.ROOT));
    request.put("InstanceTypeConfigs", types());
    if (onDemand > 0) {
      request.put("TargetOnDemandCapacity", onDemand);
      if (instanceTypes.size() > 1) {
        request.put(
            "LaunchSpecifications",
            Map.of("OnDemandSpecification", Map.of("AllocationStrategy", "prioritized")));
      }
    } else {
      request.put("TargetSpotCapacity", spot);
      Map<String, Object> specification = new TreeMap<>();
      specification.put("AllocationStrategy", "price-capacity-optimized");
      // A cluster that waited for ever for a Spot machine would be paid for all the while.
      specification.put("TimeoutAction", "SWITCH_TO_ON_DEMAND");
      specification.put("TimeoutDurationMinutes", SPOT_MINUTES);
      request.put("LaunchSpecifications", Map.of("SpotSpecification", specification));
    }
    return request;
  }

  private List<Map<String, Object>> types() {
    List<Map<String, Object>> types = new ArrayList<>();
    for (String type : instanceTypes) {
      Map<String, Object> config = new LinkedHashMap<>();
      config.put("InstanceType", type);
      if (onDemand > 0 && instanceTypes.size() > 1) {
        config.put("Priority", types.size());
      }
      types.add(config);
    }
    return types;
  }
}
