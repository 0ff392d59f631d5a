package io.escala.localaws.conformity;

import io.escala.localaws.Clients;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.emr.EmrClient;
import software.amazon.awssdk.services.emr.model.ActionOnFailure;
import software.amazon.awssdk.services.emr.model.Application;
import software.amazon.awssdk.services.emr.model.Configuration;
import software.amazon.awssdk.services.emr.model.InstanceFleetConfig;
import software.amazon.awssdk.services.emr.model.InstanceFleetType;
import software.amazon.awssdk.services.emr.model.InstanceTypeConfig;
import software.amazon.awssdk.services.emr.model.KeyValue;
import software.amazon.awssdk.services.emr.model.ScaleDownBehavior;
import software.amazon.awssdk.services.emr.model.StepConfig;
import software.amazon.awssdk.services.emr.model.Tag;

/** A cluster that says of itself as much as there is to say, and a step that fails on it. */
final class ClusterScenario {
  private static final String SECURITY =
      """
      {"Resources": {"Security": {"Type": "AWS::EMR::SecurityConfiguration", "Properties": {
        "Name": "security", "SecurityConfiguration": {
          "InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": 2}}}}}}
      """;

  private ClusterScenario() {}

  static List<Answer> run(String url) throws InterruptedException {
    try (EmrClient emr = Clients.client(EmrClient.builder(), url);
        CloudFormationClient stacks = Clients.client(CloudFormationClient.builder(), url)) {
      stacks.createStack(c -> c.stackName("Security").templateBody(SECURITY));
      emr.describeSecurityConfiguration(d -> d.name("security"));
      String id = cluster(emr);
      List<String> steps =
          emr.addJobFlowSteps(a -> a.jobFlowId(id).steps(step("first"), step("second"))).stepIds();
      emr.cancelSteps(c -> c.clusterId(id).stepIds(steps));
      while (emr.describeStep(d -> d.clusterId(id).stepId(steps.get(0)))
              .step()
              .status()
              .timeline()
              .endDateTime()
          == null) {
        Thread.sleep(20);
      }
      emr.listClusters();
      emr.describeCluster(d -> d.clusterId(id));
      emr.listSteps(l -> l.clusterId(id));
      emr.listInstances(l -> l.clusterId(id));
      emr.listInstanceFleets(l -> l.clusterId(id));
      emr.listInstanceGroups(l -> l.clusterId(id));
      emr.listBootstrapActions(l -> l.clusterId(id));
      emr.setTerminationProtection(s -> s.jobFlowIds(id).terminationProtected(false));
      emr.terminateJobFlows(t -> t.jobFlowIds(id));
      while (emr.describeCluster(d -> d.clusterId(id)).cluster().status().timeline().endDateTime()
          == null) {
        Thread.sleep(20);
      }
      emr.listInstances(l -> l.clusterId(id));
      emr.listInstanceFleets(l -> l.clusterId(id));
      emr.listSteps(l -> l.clusterId(id));
      stacks.deleteStack(d -> d.stackName("Security"));
    }
    return List.of();
  }

  private static String cluster(EmrClient emr) {
    return emr.runJobFlow(
            r ->
                r.name("all that can be said")
                    .releaseLabel("emr-spark-8.1.0")
                    .applications(Application.builder().name("Spark").build())
                    .serviceRole("service-role")
                    .jobFlowRole("instance-profile")
                    .securityConfiguration("security")
                    .scaleDownBehavior(ScaleDownBehavior.TERMINATE_AT_TASK_COMPLETION)
                    .ebsRootVolumeSize(32)
                    .visibleToAllUsers(true)
                    .stepConcurrencyLevel(1)
                    .tags(Tag.builder().key("project").value("escala").build())
                    .autoTerminationPolicy(a -> a.idleTimeout(3600L))
                    .managedScalingPolicy(
                        m ->
                            m.computeLimits(
                                c ->
                                    c.unitType("InstanceFleetUnits")
                                        .minimumCapacityUnits(2)
                                        .maximumCapacityUnits(3)))
                    .configurations(
                        Configuration.builder()
                            .classification("spark-defaults")
                            .properties(Map.of("spark.sql.shuffle.partitions", "2"))
                            .build())
                    .instances(
                        i ->
                            i.keepJobFlowAliveWhenNoSteps(true)
                                .terminationProtected(true)
                                .ec2SubnetIds("subnet-1", "subnet-2")
                                .emrManagedMasterSecurityGroup("sg-1")
                                .emrManagedSlaveSecurityGroup("sg-2")
                                .serviceAccessSecurityGroup("sg-3")
                                .additionalMasterSecurityGroups("sg-4")
                                .instanceFleets(
                                    fleet(InstanceFleetType.MASTER, 1),
                                    fleet(InstanceFleetType.CORE, 2)))
                    .steps(step("of the request")))
        .jobFlowId();
  }

  private static InstanceFleetConfig fleet(InstanceFleetType type, int machines) {
    return InstanceFleetConfig.builder()
        .name(type.toString())
        .instanceFleetType(type)
        .targetOnDemandCapacity(machines)
        .instanceTypeConfigs(
            InstanceTypeConfig.builder().instanceType("m7g.xlarge").weightedCapacity(1).build())
        .build();
  }

  /** There is no Spark here, so each one fails. */
  private static StepConfig step(String name) {
    return StepConfig.builder()
        .name(name)
        .actionOnFailure(ActionOnFailure.CONTINUE)
        .hadoopJarStep(
            h ->
                h.jar("command-runner.jar")
                    .properties(KeyValue.builder().key("a").value("b").build())
                    .args("spark-submit", "--class", "none.Job", "s3://none/job.jar"))
        .build();
  }
}
