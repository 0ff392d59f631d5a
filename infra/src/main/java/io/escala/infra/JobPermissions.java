package io.escala.infra;

import io.escala.infra.config.Input;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.s3.IBucket;
import software.amazon.awscdk.services.s3.assets.Asset;

/** What the job may do with the data, wherever it runs. */
record JobPermissions(Role role) {

  /** What the job reads and writes in our bucket. */
  void grantFolders(IBucket bucket, List<String> folders) {
    readAndWrite(bucket, folders);
    allowList(bucket.getBucketArn(), folders);
    askForBucket(bucket);
  }

  /**
   * The same on machines that ship their logs themselves, which they have no reason to read or
   * delete.
   */
  void grantFolders(IBucket bucket, List<String> folders, String logs) {
    readAndWrite(bucket, folders);
    allow(inside(bucket, logs).toList(), "s3:PutObject", "s3:AbortMultipartUpload");
    List<String> listed = new ArrayList<>(folders);
    listed.add(logs);
    allowList(bucket.getBucketArn(), listed);
    askForBucket(bucket);
  }

  private void readAndWrite(IBucket bucket, List<String> folders) {
    // Spark writes a file under a temporary key, copies and deletes it, or completes its parts at
    // commit.
    allow(
        folders.stream().flatMap(folder -> inside(bucket, folder)).toList(),
        "s3:GetObject",
        "s3:PutObject",
        "s3:DeleteObject",
        "s3:AbortMultipartUpload",
        "s3:ListMultipartUploadParts");
  }

  private void askForBucket(IBucket bucket) {
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

  /** One object of a bucket, whoever's it is, and nothing else there. */
  void grantReadObject(Input.S3 object) {
    allow(
        List.of("arn:" + Aws.PARTITION + ":s3:::" + object.bucket() + "/" + object.key()),
        "s3:GetObject");
  }

  private static Stream<String> inside(IBucket bucket, String folder) {
    // The folder's own name too: S3A asks for it before it creates anything below.
    return Stream.of(bucket.arnForObjects(folder), bucket.arnForObjects(folder + "/*"));
  }

  private void allowList(String bucketArn, List<String> folders) {
    role.addToPolicy(
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
    role.addToPolicy(
        PolicyStatement.Builder.create().actions(List.of(actions)).resources(resources).build());
  }
}
