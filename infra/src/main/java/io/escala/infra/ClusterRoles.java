package io.escala.infra;

import java.util.ArrayList;
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
import software.amazon.awscdk.services.s3.IBucket;
import software.amazon.awscdk.services.s3.assets.Asset;
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

  /** What the job reads and writes in our bucket. */
  void grantFolders(IBucket bucket, List<String> folders, String logs) {
    // Spark writes a file under a temporary key, copies and deletes it, or completes its parts at
    // commit.
    allow(
        folders.stream().flatMap(folder -> inside(bucket, folder)).toList(),
        "s3:GetObject",
        "s3:PutObject",
        "s3:DeleteObject",
        "s3:AbortMultipartUpload",
        "s3:ListMultipartUploadParts");
    // The machines ship their logs themselves; they have no reason to read or delete any.
    allow(inside(bucket, logs).toList(), "s3:PutObject", "s3:AbortMultipartUpload");
    List<String> listed = new ArrayList<>(folders);
    listed.add(logs);
    allowList(bucket.getBucketArn(), listed);
    // Neither takes a prefix. The committer looks for its own unfinished uploads; EMR asks where
    // its log bucket is.
    allow(List.of(bucket.getBucketArn()), "s3:GetBucketLocation", "s3:ListBucketMultipartUploads");
  }

  /**
   * One file of the CDK's asset bucket: not {@code Asset.grantRead}, which opens all of the bucket.
   */
  void grantRead(Asset asset) {
    allow(List.of(asset.getBucket().arnForObjects(asset.getS3ObjectKey())), "s3:GetObject");
    // Even of a file, S3A first lists what is below it.
    allowList(asset.getBucket().getBucketArn(), List.of(asset.getS3ObjectKey()));
  }

  /**
   * An object or folder of a bucket that is not ours. If a KMS key encrypts it, that key's policy
   * must let us in.
   */
  void grantRead(String bucket, String key) {
    String arn = "arn:" + Aws.PARTITION + ":s3:::" + bucket;
    allow(
        key.isEmpty() ? List.of(arn + "/*") : List.of(arn + "/" + key, arn + "/" + key + "/*"),
        "s3:GetObject");
    if (key.isEmpty()) {
      allow(List.of(arn), "s3:ListBucket");
    } else {
      allowList(arn, List.of(key));
    }
  }

  private static String clustersOfThisAccount() {
    return String.join(
        ":", "arn", Aws.PARTITION, "elasticmapreduce", Aws.REGION, Aws.ACCOUNT_ID, "*");
  }

  private static Stream<String> inside(IBucket bucket, String folder) {
    // The folder's own name too: S3A asks for it before it creates anything below.
    return Stream.of(bucket.arnForObjects(folder), bucket.arnForObjects(folder + "/*"));
  }

  private void allowList(String bucketArn, List<String> folders) {
    instance.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(List.of("s3:ListBucket"))
            .resources(List.of(bucketArn))
            // IfExists: a request for an object carries no prefix, and only who may list is told
            // 404 instead of 403.
            .conditions(
                Map.of(
                    "StringLikeIfExists",
                    Map.of(
                        "s3:prefix",
                        folders.stream()
                            .flatMap(folder -> Stream.of(folder, folder + "/*"))
                            .toList())))
            .build());
  }

  private void allow(List<String> resources, String... actions) {
    instance.addToPolicy(
        PolicyStatement.Builder.create().actions(List.of(actions)).resources(resources).build());
  }
}
