package io.escala.infra;

import io.escala.infra.config.Lifecycle;
import io.escala.infra.config.SparkConfig;
import java.util.List;
import software.amazon.awscdk.services.emr.CfnCluster;
import software.amazon.awscdk.services.emr.CfnCluster.ApplicationProperty;
import software.amazon.awscdk.services.emr.CfnCluster.AutoTerminationPolicyProperty;
import software.amazon.awscdk.services.emr.CfnCluster.ConfigurationProperty;
import software.amazon.awscdk.services.emr.CfnCluster.HadoopJarStepConfigProperty;
import software.amazon.awscdk.services.emr.CfnCluster.JobFlowInstancesConfigProperty;
import software.amazon.awscdk.services.emr.CfnCluster.StepConfigProperty;
import software.constructs.Construct;

/**
 * A cluster that CloudFormation makes.
 *
 * <p>A transient one is created with its steps, runs them one after the other and is gone when they
 * end. CloudFormation replaces it when its steps change, so that a new jar or new data means a new
 * run. It has no idle time-out because it is never idle: EMR terminates it after the last step.
 *
 * <p>A long-running one has no steps in the template: they could not be replaced once the cluster
 * has ended itself for want of work, and the next deployment would fail on them.
 */
final class EmrCluster extends Construct {
  private final CfnCluster cluster;

  /**
   * @param place what the cluster is given of this stack
   * @param steps what a transient cluster runs, in this order; if one fails the rest does not run
   */
  EmrCluster(
      Construct scope,
      String id,
      SparkConfig config,
      ClusterPlace place,
      List<SparkJobStep> steps) {
    super(scope, id);
    boolean stays = config.lifecycle() == Lifecycle.LONG_RUNNING;
    ClusterSecurity security =
        new ClusterSecurity(this, "Security", place.diskKey(), config.inTransit());
    CfnCluster.Builder builder =
        CfnCluster.Builder.create(this, "Resource")
            .name(ClusterPlace.NAME)
            .releaseLabel(config.release().label())
            .applications(List.of(ApplicationProperty.builder().name("Spark").build()))
            .configurations(
                ClusterConfiguration.of(config).stream()
                    .map(
                        each ->
                            ConfigurationProperty.builder()
                                .classification(each.classification())
                                .configurationProperties(each.properties())
                                .build())
                    .toList())
            .serviceRole(place.roles().service().getRoleArn())
            .jobFlowRole(place.roles().profileName())
            .securityConfiguration(security.name())
            .logUri(place.logUri())
            .visibleToAllUsers(true)
            .scaleDownBehavior(ClusterPlace.SCALE_DOWN)
            .instances(
                JobFlowInstancesConfigProperty.builder()
                    .keepJobFlowAliveWhenNoSteps(stays)
                    .terminationProtected(false)
                    .unhealthyNodeReplacement(true)
                    .ec2SubnetIds(place.network().subnetIds())
                    .emrManagedMasterSecurityGroup(place.network().primary().getSecurityGroupId())
                    .emrManagedSlaveSecurityGroup(place.network().core().getSecurityGroupId())
                    .serviceAccessSecurityGroup(
                        place.network().serviceAccess().getSecurityGroupId())
                    .build());
    if (stays) {
      builder.autoTerminationPolicy(
          AutoTerminationPolicyProperty.builder().idleTimeout(config.idleMinutes() * 60).build());
    } else {
      builder.steps(steps.stream().map(EmrCluster::step).toList());
    }
    cluster = builder.build();
    for (Fleet fleet : Fleet.of(config)) {
      switch (fleet.kind()) {
        case "MASTER" ->
            cluster.addPropertyOverride("Instances.MasterInstanceFleet", fleet.request());
        case "CORE" -> cluster.addPropertyOverride("Instances.CoreInstanceFleet", fleet.request());
        default ->
            cluster.addPropertyOverride("Instances.TaskInstanceFleets", List.of(fleet.request()));
      }
    }
    if (config.taskCount() > 0) {
      cluster.addPropertyOverride("ManagedScalingPolicy", Fleet.limits(config));
    }
    // EMR creates what it misses and keeps it for ever; and machines that start before their
    // policies exist fail.
    cluster.getNode().addDependency(place.network(), place.roles());
  }

  /** The cluster's id, {@code j-…}. */
  String clusterId() {
    return cluster.getRef();
  }

  private static StepConfigProperty step(SparkJobStep step) {
    return StepConfigProperty.builder()
        .name(step.name())
        // With CONTINUE a failed run would end in plain TERMINATED, as a good one does.
        .actionOnFailure("TERMINATE_CLUSTER")
        .hadoopJarStep(
            HadoopJarStepConfigProperty.builder()
                .jar(SparkJobStep.COMMAND_RUNNER)
                .args(step.arguments())
                .build())
        .build();
  }
}
