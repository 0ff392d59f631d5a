package io.escala.localaws.emr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;

/** Clusters and steps in the names and types of EMR's API. */
final class EmrJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Members of the request that DescribeCluster gives back as they were sent. */
  private static final List<String> ECHOED =
      List.of(
          "LogUri",
          "LogEncryptionKmsKeyId",
          "ReleaseLabel",
          "Applications",
          "Tags",
          "ServiceRole",
          "SecurityConfiguration",
          "ScaleDownBehavior",
          "EbsRootVolumeSize",
          "EbsRootVolumeIops",
          "EbsRootVolumeThroughput",
          "OSReleaseLabel",
          "MonitoringConfiguration",
          "Configurations");

  private EmrJson() {}

  static ObjectNode summary(ClusterRecord cluster, EmrSettings settings) {
    ObjectNode json = JSON.objectNode();
    json.put("Id", cluster.id());
    json.put("Name", cluster.name());
    json.set("Status", status(cluster));
    json.put("NormalizedInstanceHours", 0);
    json.put("ClusterArn", settings.clusterArn(cluster.id()));
    return json;
  }

  static ObjectNode cluster(ClusterRecord cluster, EmrSettings settings) {
    JsonNode request = cluster.request();
    JsonNode instances = request.path("Instances");
    ObjectNode json = summary(cluster, settings);
    json.set("Ec2InstanceAttributes", ec2(request, instances));
    json.put(
        "InstanceCollectionType",
        // The API's name, and CloudFormation's
        instances.has("InstanceFleets") || instances.has("MasterInstanceFleet")
            ? "INSTANCE_FLEET"
            : "INSTANCE_GROUP");
    for (String name : ECHOED) {
      if (request.hasNonNull(name)) {
        json.set(name, request.get(name).deepCopy());
      }
    }
    json.put("AutoTerminate", !cluster.keptAliveWithoutSteps());
    json.put("TerminationProtected", cluster.terminationProtected());
    json.put("VisibleToAllUsers", request.path("VisibleToAllUsers").asBoolean(true));
    if (cluster.ready() != null) {
      json.put("MasterPublicDnsName", "localhost");
    }
    json.put("StepConcurrencyLevel", 1);
    return json;
  }

  static ObjectNode step(Step step, ClusterRecord cluster, EmrSettings settings) {
    ObjectNode json = JSON.objectNode();
    json.put("Id", step.id());
    json.put("Name", step.name());
    ObjectNode config = json.putObject("Config");
    config.put("Jar", step.jar());
    ObjectNode properties = config.putObject("Properties");
    step.properties().forEach(properties::put);
    if (step.mainClass() != null) {
      config.put("MainClass", step.mainClass());
    }
    ArrayNode args = config.putArray("Args");
    step.args().forEach(args::add);
    json.put("ActionOnFailure", step.actionOnFailure());

    ObjectNode status = json.putObject("Status");
    status.put("State", step.state());
    ObjectNode reason = status.putObject("StateChangeReason");
    if (step.message() != null) {
      reason.put("Message", step.message());
    }
    if (step.failure() != null) {
      reason.put("Message", step.failure().reason());
      ObjectNode failure = status.putObject("FailureDetails");
      failure.put("Reason", step.failure().reason());
      failure.put("Message", step.failure().message());
      if (step.failure().logFile() != null) {
        failure.put("LogFile", step.failure().logFile());
      }
    }
    ObjectNode timeline = status.putObject("Timeline");
    time(timeline, "CreationDateTime", step.created());
    time(timeline, "StartDateTime", step.started());
    time(timeline, "EndDateTime", step.ended());
    if (step.started() != null) {
      json.put("LogUri", settings.logs(cluster, step.id()).uri());
    }
    return json;
  }

  private static ObjectNode status(ClusterRecord cluster) {
    ObjectNode status = JSON.objectNode();
    status.put("State", cluster.state());
    ObjectNode reason = status.putObject("StateChangeReason");
    if (cluster.reasonCode() != null) {
      reason.put("Code", cluster.reasonCode());
    }
    if (cluster.reason() != null) {
      reason.put("Message", cluster.reason());
    }
    ObjectNode timeline = status.putObject("Timeline");
    time(timeline, "CreationDateTime", cluster.created());
    time(timeline, "ReadyDateTime", cluster.ready());
    time(timeline, "EndDateTime", cluster.ended());
    return status;
  }

  private static ObjectNode ec2(JsonNode request, JsonNode instances) {
    ObjectNode ec2 = JSON.objectNode();
    if (request.hasNonNull("JobFlowRole")) {
      ec2.set("IamInstanceProfile", request.get("JobFlowRole"));
    }
    for (String name :
        List.of(
            "Ec2KeyName",
            "Ec2SubnetId",
            "EmrManagedMasterSecurityGroup",
            "EmrManagedSlaveSecurityGroup",
            "ServiceAccessSecurityGroup",
            "AdditionalMasterSecurityGroups",
            "AdditionalSlaveSecurityGroups")) {
      if (instances.hasNonNull(name)) {
        ec2.set(name, instances.get(name).deepCopy());
      }
    }
    if (instances.hasNonNull("Ec2SubnetIds")) {
      ec2.set("RequestedEc2SubnetIds", instances.get("Ec2SubnetIds").deepCopy());
    }
    return ec2;
  }

  /** How all machines of a cluster stand: as it does itself. */
  static void ofMachines(ObjectNode json, ClusterRecord cluster) {
    ObjectNode status = json.putObject("Status");
    status.put("State", cluster.over() ? "TERMINATED" : "RUNNING");
    status.putObject("StateChangeReason");
    ObjectNode timeline = status.putObject("Timeline");
    time(timeline, "CreationDateTime", cluster.created());
    time(timeline, "ReadyDateTime", cluster.ready());
    time(timeline, "EndDateTime", cluster.ended());
  }

  /** Seconds since 1970, as the protocol has them. */
  static void time(ObjectNode json, String name, Long millis) {
    if (millis != null) {
      json.put(name, BigDecimal.valueOf(millis, 3));
    }
  }
}
