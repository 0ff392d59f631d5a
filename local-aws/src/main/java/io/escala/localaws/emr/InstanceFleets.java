package io.escala.localaws.emr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;

/** The instance fleets that a cluster was asked for. None of their machines is ever launched. */
final class InstanceFleets {
  private static final Set<String> TYPES = Set.of("MASTER", "CORE", "TASK");

  private InstanceFleets() {}

  /** Refuses fleets that EMR would refuse. */
  static void check(JsonNode request) {
    for (JsonNode fleet : requested(request)) {
      String type = fleet.path("InstanceFleetType").asText("");
      if (!TYPES.contains(type)) {
        throw Clusters.validation(
            "InstanceFleetType is '" + type + "', none of CORE, MASTER, TASK");
      }
    }
  }

  /** In the names and types of ListInstanceFleets. */
  static ArrayNode of(ClusterRecord cluster) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (JsonNode fleet : requested(cluster.request())) {
      ObjectNode json = list.addObject();
      String type = fleet.path("InstanceFleetType").asText();
      json.put("Id", "if-" + cluster.id().substring(2) + list.size());
      json.put("Name", fleet.path("Name").asText(type));
      json.put("InstanceFleetType", type);
      json.put("TargetOnDemandCapacity", fleet.path("TargetOnDemandCapacity").asInt(0));
      json.put("TargetSpotCapacity", fleet.path("TargetSpotCapacity").asInt(0));
      json.put("ProvisionedOnDemandCapacity", 0);
      json.put("ProvisionedSpotCapacity", 0);
      ArrayNode types = json.putArray("InstanceTypeSpecifications");
      for (JsonNode each : fleet.path("InstanceTypeConfigs")) {
        ObjectNode specification = types.addObject();
        specification.put("InstanceType", each.path("InstanceType").asText());
        specification.put("WeightedCapacity", each.path("WeightedCapacity").asInt(1));
        for (String name : List.of("BidPrice", "BidPriceAsPercentageOfOnDemandPrice")) {
          if (each.hasNonNull(name)) {
            specification.set(name, each.get(name).deepCopy());
          }
        }
      }
      if (fleet.hasNonNull("LaunchSpecifications")) {
        json.set("LaunchSpecifications", fleet.get("LaunchSpecifications").deepCopy());
      }
      EmrJson.ofMachines(json, cluster);
    }
    return list;
  }

  private static JsonNode requested(JsonNode request) {
    return request.path("Instances").path("InstanceFleets");
  }
}
