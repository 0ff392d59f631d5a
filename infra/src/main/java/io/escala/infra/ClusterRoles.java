package io.escala.infra;

import io.escala.infra.config.OwnVpc;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.iam.InstanceProfile;
import software.amazon.awscdk.services.iam.ManagedPolicy;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.PrincipalWithConditions;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kms.IKey;
import software.constructs.Construct;

/** What EMR may do with the account, and what the cluster's machines may do with the data. */
final class ClusterRoles extends Construct {
  private final Role service;
  private final Role instance;
  private final InstanceProfile profile;

  ClusterRoles(Construct scope, String id) {
    super(scope, id);
    instance =
        Role.Builder.create(this, "Instance")
            .assumedBy(new ServicePrincipal("ec2.amazonaws.com"))
            .build();
    profile = InstanceProfile.Builder.create(this, "Profile").role(instance).build();
    service =
        Role.Builder.create(this, "Service")
            // Only for clusters of this account in this region: EMR must not be talked into using
            // the role by others.
            .assumedBy(
                new PrincipalWithConditions(
                    new ServicePrincipal("elasticmapreduce.amazonaws.com"),
                    // Sorted: the order of Map.of differs from run to run, and with it the
                    // template.
                    new TreeMap<>(
                        Map.of(
                            "StringEquals",
                            Map.of("aws:SourceAccount", Aws.ACCOUNT_ID),
                            "ArnLike",
                            Map.of("aws:SourceArn", clustersOfThisAccount())))))
            .managedPolicies(
                List.of(
                    ManagedPolicy.fromAwsManagedPolicyName(
                        "service-role/AmazonEMRServicePolicy_v2")))
            .build();
    // The managed policy lets EMR pass EMR_EC2_DefaultRole only; our machines have a role of their
    // own.
    service.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(List.of("iam:PassRole"))
            .resources(List.of(instance.getRoleArn()))
            .conditions(Map.of("StringLike", Map.of("iam:PassedToService", "ec2.amazonaws.com*")))
            .build());
  }

  Role service() {
    return service;
  }

  /** The name of the instance profile, which EMR calls the job flow role. */
  String profileName() {
    return profile.getInstanceProfileName();
  }

  /**
   * What the machines have; EMR is given the profile, and whoever starts EMR must pass the role.
   */
  String instanceRoleArn() {
    return instance.getRoleArn();
  }

  /** The key of the bucket, which also encrypts the machines' disks. */
  void grantKey(IKey key) {
    for (IGrantable role : List.of(service, instance)) {
      // Disks are attached by EC2 in the name of either role, which needs to use the key and to let
      // EC2 use it.
      key.grant(
          role,
          "kms:Decrypt",
          "kms:DescribeKey",
          "kms:Encrypt",
          "kms:GenerateDataKey*",
          "kms:ReEncrypt*");
      role.getGrantPrincipal()
          .addToPrincipalPolicy(
              PolicyStatement.Builder.create()
                  .actions(List.of("kms:CreateGrant"))
                  .resources(List.of(key.getKeyArn()))
                  .conditions(Map.of("Bool", Map.of("kms:GrantIsForAWSResource", "true")))
                  .build());
    }
  }

  /**
   * Lets EMR start machines in subnets that do not carry its tag. It is what the managed policy
   * allows in those that do.
   */
  void grantSubnets(OwnVpc vpc) {
    Stream<String> subnets = vpc.subnets().stream().map(subnet -> "subnet/" + subnet.id());
    Stream<String> group = vpc.serviceAccessGroup().stream().map(id -> "security-group/" + id);
    service.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(
                List.of(
                    "ec2:CreateFleet",
                    "ec2:CreateLaunchTemplate",
                    "ec2:CreateLaunchTemplateVersion",
                    "ec2:CreateNetworkInterface",
                    "ec2:RunInstances"))
            .resources(
                Stream.concat(subnets, group)
                    .map(
                        name ->
                            String.join(
                                ":", "arn", Aws.PARTITION, "ec2", Aws.REGION, Aws.ACCOUNT_ID, name))
                    .toList())
            .build());
  }

  /**
   * Lets Systems Manager open a shell on the machines: what its agent needs for that, where the
   * managed policy would also let it read every parameter of the account. None of these takes a
   * narrower resource.
   */
  void grantShell() {
    instance.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(
                List.of(
                    "ssm:UpdateInstanceInformation",
                    "ssmmessages:CreateControlChannel",
                    "ssmmessages:CreateDataChannel",
                    "ssmmessages:OpenControlChannel",
                    "ssmmessages:OpenDataChannel"))
            .resources(List.of("*"))
            .build());
  }

  /** What the job may do on the machines. */
  JobPermissions job() {
    return new JobPermissions(instance);
  }

  private static String clustersOfThisAccount() {
    return String.join(
        ":", "arn", Aws.PARTITION, "elasticmapreduce", Aws.REGION, Aws.ACCOUNT_ID, "*");
  }
}
