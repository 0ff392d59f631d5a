package io.escala.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.CfnResource;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.logs.CfnLogGroup;
import software.amazon.awscdk.services.s3.BlockPublicAccess;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.s3.BucketEncryption;
import software.amazon.awscdk.services.s3.IBucket;
import software.amazon.awscdk.services.s3.LifecycleRule;
import software.constructs.Construct;
import software.constructs.Node;

/**
 * The state: one encrypted bucket and its key. Deployed alone, so that everything else can be
 * rebuilt without touching it.
 */
final class StorageStack extends Stack {
  /** Folders of the bucket: training rows, bundles, what jobs write, and EMR's logs. */
  static final String DATA = "data";

  static final String MODELS = "models";
  static final String RESULTS = "results";
  static final String LOGS = "logs";

  private final Key key;
  private final Bucket bucket;

  /**
   * @param deleteData whether the bucket is emptied and deleted with the stack, and the key
   *     scheduled for deletion
   * @param logRetentionDays after how many days EMR's logs expire
   */
  StorageStack(Construct scope, String id, boolean deleteData, long logRetentionDays) {
    super(scope, id);
    RemovalPolicy removal = deleteData ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
    // Roughly 1 USD a month, the first two yearly rotations one more each; a key awaiting deletion
    // costs nothing.
    key =
        Key.Builder.create(this, "Key")
            .description("Escala: the bucket's objects and the cluster's disks")
            .enableKeyRotation(true)
            .pendingWindow(Duration.days(7))
            .removalPolicy(removal)
            .build();
    bucket =
        Bucket.Builder.create(this, "Bucket")
            .encryption(BucketEncryption.KMS)
            .encryptionKey(key)
            .bucketKeyEnabled(true)
            .blockPublicAccess(BlockPublicAccess.BLOCK_ALL)
            .enforceSsl(true)
            .removalPolicy(removal)
            .autoDeleteObjects(deleteData)
            .lifecycleRules(
                List.of(
                    LifecycleRule.builder()
                        .id("logs")
                        .prefix(LOGS + "/")
                        .expiration(Duration.days(logRetentionDays))
                        .build(),
                    // Invisible in a listing, yet billed: what a killed Spark task leaves of an
                    // upload.
                    LifecycleRule.builder()
                        .id("unfinished-uploads")
                        .abortIncompleteMultipartUploadAfter(Duration.days(1))
                        .build()))
            .build();
    if (deleteData) {
      logOfEmptier(logRetentionDays);
    }
    CfnOutput.Builder.create(this, "BucketName").value(bucket.getBucketName()).build();
  }

  /**
   * Has the CDK's function that empties the bucket write into a log group of this stack. Lambda
   * would make one that stays; and with the CDK's managed policy make it again, for the last lines
   * come when the stack is gone.
   */
  private void logOfEmptier(long logRetentionDays) {
    CfnLogGroup logs =
        CfnLogGroup.Builder.create(this, "EmptierLogs").retentionInDays(logRetentionDays).build();
    logs.applyRemovalPolicy(RemovalPolicy.DESTROY);
    Node emptier =
        getNode().findChild("Custom::S3AutoDeleteObjectsCustomResourceProvider").getNode();
    CfnResource role = (CfnResource) emptier.findChild("Role");
    role.addPropertyDeletionOverride("ManagedPolicyArns");
    role.addPropertyOverride(
        "Policies",
        List.of(
            SortedDocument.of(
                Map.of(
                    "PolicyName",
                    "logs",
                    "PolicyDocument",
                    Map.of(
                        "Version",
                        "2012-10-17",
                        "Statement",
                        List.of(
                            Map.of(
                                "Effect",
                                "Allow",
                                "Action",
                                List.of("logs:CreateLogStream", "logs:PutLogEvents"),
                                "Resource",
                                logs.getAttrArn())))))));
    CfnResource handler = (CfnResource) emptier.findChild("Handler");
    handler.addPropertyOverride("LoggingConfig.LogGroup", logs.getRef());
  }

  IBucket bucket() {
    return bucket;
  }

  IKey key() {
    return key;
  }
}
