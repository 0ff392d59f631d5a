package io.escala.infra;

import io.escala.infra.config.EscalaConfig;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.services.emr.CfnCluster;
import software.amazon.awscdk.services.emr.CfnCluster.ApplicationProperty;
import software.amazon.awscdk.services.emr.CfnCluster.HadoopJarStepConfigProperty;
import software.amazon.awscdk.services.emr.CfnCluster.InstanceFleetConfigProperty;
import software.amazon.awscdk.services.emr.CfnCluster.InstanceTypeConfigProperty;
import software.amazon.awscdk.services.emr.CfnCluster.JobFlowInstancesConfigProperty;
import software.amazon.awscdk.services.emr.CfnCluster.StepConfigProperty;
import software.amazon.awscdk.services.emr.CfnSecurityConfiguration;
import software.amazon.awscdk.services.kms.IKey;
import software.constructs.Construct;

/**
 * A cluster that is created with its steps, runs them one after the other and is gone when they
 * end. CloudFormation replaces it when its steps change, so that a new jar or new data means a new
 * run. It has no idle time-out because it is never idle: EMR terminates it after the last step.
 */
final class TransientCluster extends Construct {
  private final CfnCluster cluster;

  /**
   * @param diskKey encrypts the machines' disks
   * @param logUri the folder for EMR's logs, an {@code s3://} address
   * @param steps what to run, in this order; if one fails the rest does not run
   */
  TransientCluster(
      Construct scope,
      String id,
      EscalaConfig.Spark machines,
      SparkNetwork network,
      ClusterRoles roles,
      IKey diskKey,
      String logUri,
      List<SparkJobStep> steps) {
    super(scope, id);
    CfnSecurityConfiguration security =
        CfnSecurityConfiguration.Builder.create(this, "Security")
            .securityConfiguration(security(diskKey))
            .build();
    cluster =
        CfnCluster.Builder.create(this, "Resource")
            .name("escala")
            .releaseLabel(machines.release().label())
            .applications(List.of(ApplicationProperty.builder().name("Spark").build()))
            .serviceRole(roles.service().getRoleArn())
            .jobFlowRole(roles.profileName())
            .securityConfiguration(security.getRef())
            .logUri(logUri)
            .visibleToAllUsers(true)
            .scaleDownBehavior("TERMINATE_AT_TASK_COMPLETION")
            .instances(
                JobFlowInstancesConfigProperty.builder()
                    .keepJobFlowAliveWhenNoSteps(false)
                    .terminationProtected(false)
                    .ec2SubnetIds(network.subnetIds())
                    .emrManagedMasterSecurityGroup(network.primary().getSecurityGroupId())
                    .emrManagedSlaveSecurityGroup(network.core().getSecurityGroupId())
                    .serviceAccessSecurityGroup(network.serviceAccess().getSecurityGroupId())
                    .masterInstanceFleet(onDemand(machines.primaryInstanceType(), 1))
                    .coreInstanceFleet(onDemand(machines.coreInstanceType(), machines.coreCount()))
                    .build())
            .steps(steps.stream().map(TransientCluster::step).toList())
            .build();
    // EMR creates what it misses and keeps it for ever; and machines that start before their
    // policies exist fail.
    cluster.getNode().addDependency(network, roles);
  }

  /** The cluster's id, {@code j-…}. */
  String clusterId() {
    return cluster.getRef();
  }

  private static InstanceFleetConfigProperty onDemand(String instanceType, long count) {
    return InstanceFleetConfigProperty.builder()
        .targetOnDemandCapacity(count)
        .instanceTypeConfigs(
            List.of(InstanceTypeConfigProperty.builder().instanceType(instanceType).build()))
        .build();
  }

  private static StepConfigProperty step(SparkJobStep step) {
    return StepConfigProperty.builder()
        .name(step.name())
        // With CONTINUE a failed run would end in plain TERMINATED, as a good one does.
        .actionOnFailure("TERMINATE_CLUSTER")
        .hadoopJarStep(
            HadoopJarStepConfigProperty.builder()
                .jar("command-runner.jar")
                .args(step.arguments())
                .build())
        .build();
  }

  private static Map<String, Object> security(IKey diskKey) {
    // The bucket's key: a second one would cost as much again and protect nothing more.
    Map<String, Object> disks =
        sorted(
            Map.of(
                "EnableEbsEncryption",
                true,
                "EncryptionKeyProviderType",
                "AwsKms",
                "AwsKmsKey",
                diskKey.getKeyArn()));
    Map<String, Object> encryption =
        sorted(
            Map.of(
                "EnableInTransitEncryption",
                false,
                "EnableAtRestEncryption",
                true,
                "AtRestEncryptionConfiguration",
                Map.of("LocalDiskEncryptionConfiguration", disks)));
    Map<String, Object> metadata =
        sorted(Map.of("MinimumInstanceMetadataServiceVersion", 2, "HttpPutResponseHopLimit", 1));
    return sorted(
        Map.of(
            "InstanceMetadataServiceConfiguration",
            metadata,
            "EncryptionConfiguration",
            encryption));
  }

  /** The order of {@code Map.of} differs from run to run, and with it the template. */
  private static Map<String, Object> sorted(Map<String, Object> map) {
    return new TreeMap<>(map);
  }
}
