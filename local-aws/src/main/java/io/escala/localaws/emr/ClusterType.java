package io.escala.localaws.emr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.cloudformation.ResourceType;
import io.escala.localaws.http.JsonProtocol;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code AWS::EMR::Cluster}: a RunJobFlow. It exists as soon as it can run steps, as on AWS;
 * whether its steps succeed is the cluster's matter, not the stack's.
 */
final class ClusterType implements ResourceType {
  /** Those that RunJobFlow spells the same. */
  private static final List<String> SAME_NAME =
      List.of(
          "LogUri",
          "LogEncryptionKmsKeyId",
          "ReleaseLabel",
          "Applications",
          "JobFlowRole",
          "ServiceRole",
          "Tags",
          "SecurityConfiguration",
          "ScaleDownBehavior",
          "EbsRootVolumeSize",
          "EbsRootVolumeIops",
          "EbsRootVolumeThroughput",
          "StepConcurrencyLevel",
          "ManagedScalingPolicy",
          "AutoTerminationPolicy",
          "OSReleaseLabel");

  /** Those of the machines, in whose place this one stands. */
  private static final String[] MACHINES = {
    "MasterInstanceGroup",
    "CoreInstanceGroup",
    "TaskInstanceGroups",
    "MasterInstanceFleet",
    "CoreInstanceFleet",
    "TaskInstanceFleets",
    "Placement",
    "HadoopVersion",
    "UnhealthyNodeReplacement"
  };

  private static final List<String> NETWORK =
      List.of(
          "Ec2KeyName",
          "Ec2SubnetId",
          "Ec2SubnetIds",
          "EmrManagedMasterSecurityGroup",
          "EmrManagedSlaveSecurityGroup",
          "ServiceAccessSecurityGroup",
          "AdditionalMasterSecurityGroups",
          "AdditionalSlaveSecurityGroups");

  private final Clusters clusters;

  ClusterType(Clusters clusters) {
    this.clusters = clusters;
  }

  @Override
  public String name() {
    return "AWS::EMR::Cluster";
  }

  /** All but what EMR changes while a cluster runs. */
  @Override
  public Set<String> createOnly() {
    return Set.of(
        "Name",
        "LogUri",
        "LogEncryptionKmsKeyId",
        "ReleaseLabel",
        "Applications",
        "JobFlowRole",
        "ServiceRole",
        "SecurityConfiguration",
        "ScaleDownBehavior",
        "EbsRootVolumeSize",
        "EbsRootVolumeIops",
        "EbsRootVolumeThroughput",
        "OSReleaseLabel",
        "Configurations",
        "Steps",
        "Instances/AdditionalMasterSecurityGroups",
        "Instances/AdditionalSlaveSecurityGroups",
        "Instances/CoreInstanceFleet",
        "Instances/CoreInstanceGroup",
        "Instances/Ec2KeyName",
        "Instances/Ec2SubnetId",
        "Instances/Ec2SubnetIds",
        "Instances/EmrManagedMasterSecurityGroup",
        "Instances/EmrManagedSlaveSecurityGroup",
        "Instances/HadoopVersion",
        "Instances/KeepJobFlowAliveWhenNoSteps",
        "Instances/MasterInstanceFleet",
        "Instances/MasterInstanceGroup",
        "Instances/Placement",
        "Instances/ServiceAccessSecurityGroup",
        "Instances/TaskInstanceFleets/InstanceTypeConfigs",
        "Instances/TaskInstanceFleets/LaunchSpecifications",
        "Instances/TaskInstanceFleets/Name",
        "Instances/TaskInstanceGroups/BidPrice",
        "Instances/TaskInstanceGroups/Configurations",
        "Instances/TaskInstanceGroups/CustomAmiId",
        "Instances/TaskInstanceGroups/EbsConfiguration",
        "Instances/TaskInstanceGroups/InstanceType",
        "Instances/TaskInstanceGroups/Market",
        "Instances/TaskInstanceGroups/Name");
  }

  @Override
  public Resource create(ResourceContext context, ResourceProperties properties)
      throws InterruptedException {
    ObjectNode request = request(properties);
    properties.requireAllRead();
    Cluster cluster = clusters.run(request, context.physicalName());
    cluster.await(record -> record.ready() != null || record.over());
    ClusterRecord record = cluster.record();
    if (record.over() && record.ready() == null) {
      throw new IllegalStateException(
          "the cluster " + record.id() + " did not come up: " + record.reason());
    }
    return new Resource(record.id(), Map.of("Id", record.id(), "MasterPublicDNS", "localhost"));
  }

  /**
   * The time without work after which it ends itself, the tags, the protection from termination and
   * who sees it are changed; managed scaling and the sizes of task fleets are recorded.
   */
  @Override
  public Resource update(
      ResourceContext context, Resource current, ResourceProperties old, ResourceProperties now) {
    ObjectNode request = request(now);
    if (request.path("StepConcurrencyLevel").asInt(1) != 1) {
      throw new IllegalArgumentException(
          "local-aws runs one step at a time: StepConcurrencyLevel "
              + request.path("StepConcurrencyLevel").asText()
              + " is not handled");
    }
    boolean protect = isProtected(request);
    boolean protectionChanges = protect != isProtected(request(old));
    clusters
        .find(current.physicalId())
        .ifPresent(
            cluster -> {
              cluster.goOnAs(request);
              if (protectionChanges) {
                cluster.protect(protect);
              }
            });
    return current;
  }

  @Override
  public void delete(ResourceContext context, Resource current, ResourceProperties properties)
      throws InterruptedException {
    Cluster cluster = clusters.find(current.physicalId()).orElse(null);
    if (cluster == null) {
      return;
    }
    if (cluster.record().terminationProtected() && !cluster.record().over()) {
      throw new IllegalStateException(
          "the cluster " + cluster.record().id() + " is termination protected");
    }
    cluster.terminate("Terminated by user request");
    cluster.await(ClusterRecord::over);
  }

  private static boolean isProtected(ObjectNode request) {
    return request.path("Instances").path("TerminationProtected").asBoolean();
  }

  private static ObjectNode request(ResourceProperties properties) {
    ObjectNode request = JsonProtocol.object();
    request.put("Name", properties.requireText("Name"));
    request.put("VisibleToAllUsers", properties.bool("VisibleToAllUsers").orElse(false));
    for (String name : SAME_NAME) {
      properties.json(name).ifPresent(value -> request.set(name, value.deepCopy()));
    }
    properties
        .json("Configurations")
        .ifPresent(
            configurations ->
                configurations.forEach(
                    each -> request.withArray("Configurations").add(configuration(each))));
    ObjectNode instances = request.putObject("Instances");
    ResourceProperties machines =
        properties
            .object("Instances")
            .orElseThrow(
                () ->
                    new IllegalArgumentException("AWS::EMR::Cluster needs the property Instances"));
    machines.recorded(MACHINES);
    ArrayNode fleets = JsonProtocol.object().arrayNode();
    machines.json("MasterInstanceFleet").ifPresent(each -> fleets.add(fleet("MASTER", each)));
    machines.json("CoreInstanceFleet").ifPresent(each -> fleets.add(fleet("CORE", each)));
    machines
        .json("TaskInstanceFleets")
        .ifPresent(all -> all.forEach(each -> fleets.add(fleet("TASK", each))));
    if (!fleets.isEmpty()) {
      instances.set("InstanceFleets", fleets);
    }
    for (String name : NETWORK) {
      machines.json(name).ifPresent(value -> instances.set(name, value.deepCopy()));
    }
    instances.put(
        "KeepJobFlowAliveWhenNoSteps", machines.bool("KeepJobFlowAliveWhenNoSteps").orElse(true));
    instances.put("TerminationProtected", machines.bool("TerminationProtected").orElse(false));
    ArrayNode steps = request.putArray("Steps");
    for (ResourceProperties step : properties.objects("Steps")) {
      steps.add(StepType.request(step));
    }
    return request;
  }

  /** As RunJobFlow takes it, whose members have the same names. */
  private static ObjectNode fleet(String type, JsonNode template) {
    ObjectNode fleet = template.deepCopy();
    fleet.put("InstanceFleetType", type);
    return fleet;
  }

  private static ObjectNode configuration(JsonNode template) {
    ObjectNode configuration = JsonProtocol.object();
    configuration.set("Classification", template.path("Classification"));
    configuration.set("Properties", template.path("ConfigurationProperties"));
    if (template.has("Configurations")) {
      configuration.set("Configurations", template.get("Configurations"));
    }
    return configuration;
  }
}
