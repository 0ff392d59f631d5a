package io.escala.infra;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

  /** What the job may do on the machines. */
  JobPermissions job() {
    return new JobPermissions(instance);
  }

  private static String clustersOfThisAccount() {
    return String.join(
        ":", "arn", Aws.PARTITION, "elasticmapreduce", Aws.REGION, Aws.ACCOUNT_ID, "*");
  }
}
