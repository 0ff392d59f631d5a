package io.escala.cli.emr;

import io.escala.cli.Target;
import io.escala.cli.UserException;
import java.util.List;
import software.amazon.awssdk.services.emr.model.Application;
import software.amazon.awssdk.services.emr.model.Cluster;
import software.amazon.awssdk.services.emr.model.Ec2InstanceAttributes;
import software.amazon.awssdk.services.emr.model.InstanceCollectionType;
import software.amazon.awssdk.services.emr.model.InstanceFleet;
import software.amazon.awssdk.services.emr.model.InstanceFleetConfig;
import software.amazon.awssdk.services.emr.model.InstanceFleetType;
import software.amazon.awssdk.services.emr.model.InstanceTypeConfig;
import software.amazon.awssdk.services.emr.model.JobFlowInstancesConfig;
import software.amazon.awssdk.services.emr.model.RunJobFlowRequest;
import software.amazon.awssdk.services.emr.model.StepConfig;
import software.amazon.awssdk.services.emr.model.Tag;

/**
 * A cluster like that of the deployed stack, over or not: its release, machines, network, roles,
 * encryption and log folder are those that were reviewed with the template. It runs one step and is
 * gone.
 */
final class TwinCluster {
  private final Emr emr;
  private final Cluster original;

  private TwinCluster(Emr emr, Cluster original) {
    this.emr = emr;
    this.original = original;
  }

  /**
   * The twin of the deployed stack's cluster.
   *
   * @throws UserException when no stack is deployed
   */
  static TwinCluster ofDeployed(Emr emr) {
    String id =
        Choice.deployed(emr)
            .orElseThrow(
                () ->
                    new UserException(
                        "--new-cluster takes machines, network and roles from stack EscalaSpark, which is not deployed here; "
                            + (emr.target().kind() == Target.Kind.LOCAL
                                ? "./escala up"
                                : "npx cdk deploy --all")
                            + " deploys it"));
    return new TwinCluster(emr, emr.cluster(id));
  }

  /** Starts it with its one step; returns its id. */
  String run(StepConfig step) {
    RunJobFlowRequest.Builder request =
        RunJobFlowRequest.builder()
            .name(original.name())
            .releaseLabel(original.releaseLabel())
            .applications(applications())
            .serviceRole(original.serviceRole())
            .jobFlowRole(attributes().iamInstanceProfile())
            .securityConfiguration(original.securityConfiguration())
            .logUri(original.logUri())
            .logEncryptionKmsKeyId(original.logEncryptionKmsKeyId())
            .visibleToAllUsers(true)
            .scaleDownBehavior(original.scaleDownBehaviorAsString())
            .tags(tags())
            .instances(instances())
            .steps(step);
    if (!original.configurations().isEmpty()) {
      request.configurations(original.configurations());
    }
    return emr.aws().emr().runJobFlow(request.build()).jobFlowId();
  }

  private Ec2InstanceAttributes attributes() {
    return original.ec2InstanceAttributes();
  }

  /** By name: their versions are the release's. */
  private List<Application> applications() {
    return original.applications().stream()
        .map(application -> Application.builder().name(application.name()).build())
        .toList();
  }

  /** CloudFormation's own tags are for what it made. */
  private List<Tag> tags() {
    return original.tags().stream().filter(tag -> !tag.key().startsWith("aws:")).toList();
  }

  private JobFlowInstancesConfig instances() {
    Ec2InstanceAttributes at = attributes();
    JobFlowInstancesConfig.Builder instances =
        JobFlowInstancesConfig.builder()
            .keepJobFlowAliveWhenNoSteps(false)
            .terminationProtected(false)
            .emrManagedMasterSecurityGroup(at.emrManagedMasterSecurityGroup())
            .emrManagedSlaveSecurityGroup(at.emrManagedSlaveSecurityGroup())
            .serviceAccessSecurityGroup(at.serviceAccessSecurityGroup());
    if (!at.requestedEc2SubnetIds().isEmpty()) {
      instances.ec2SubnetIds(at.requestedEc2SubnetIds());
    } else if (at.ec2SubnetId() != null) {
      instances.ec2SubnetIds(at.ec2SubnetId());
    }
    if (original.instanceCollectionType() != InstanceCollectionType.INSTANCE_FLEET) {
      throw new UserException(
          "--new-cluster copies instance fleets, as the template has them, and cluster "
              + original.id()
              + " has instance groups; make a cluster with aws emr create-cluster and name it with"
              + " --cluster");
    }
    return instances
        .instanceFleets(
            emr
                .aws()
                .emr()
                .listInstanceFleetsPaginator(r -> r.clusterId(original.id()))
                .instanceFleets()
                .stream()
                .map(TwinCluster::fleet)
                .toList())
        .build();
  }

  private static InstanceFleetConfig fleet(InstanceFleet fleet) {
    InstanceFleetConfig.Builder config =
        InstanceFleetConfig.builder()
            .name(fleet.name())
            .instanceFleetType(fleet.instanceFleetTypeAsString())
            .targetOnDemandCapacity(fleet.targetOnDemandCapacity())
            .targetSpotCapacity(fleet.targetSpotCapacity())
            .instanceTypeConfigs(
                fleet.instanceTypeSpecifications().stream()
                    .map(
                        type -> {
                          InstanceTypeConfig.Builder each =
                              InstanceTypeConfig.builder()
                                  .instanceType(type.instanceType())
                                  .bidPrice(type.bidPrice())
                                  .bidPriceAsPercentageOfOnDemandPrice(
                                      type.bidPriceAsPercentageOfOnDemandPrice());
                          if (fleet.instanceFleetType() != InstanceFleetType.MASTER) {
                            each.weightedCapacity(type.weightedCapacity());
                          }
                          return each.build();
                        })
                    .toList());
    if (fleet.launchSpecifications() != null) {
      config.launchSpecifications(fleet.launchSpecifications());
    }
    return config.build();
  }
}
