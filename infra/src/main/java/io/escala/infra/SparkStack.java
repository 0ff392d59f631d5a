package io.escala.infra;

import static io.escala.infra.StorageStack.DATA;
import static io.escala.infra.StorageStack.LOGS;
import static io.escala.infra.StorageStack.MODELS;
import static io.escala.infra.StorageStack.RESULTS;

import io.escala.infra.config.EscalaConfig;
import io.escala.infra.config.Input;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.Tags;
import software.amazon.awscdk.services.s3.IBucket;
import software.amazon.awscdk.services.s3.assets.Asset;
import software.constructs.Construct;

/** Training: an EMR cluster that runs the job, with the roles it needs. */
final class SparkStack extends Stack {

  /**
   * @param storage where the job reads and writes
   * @param network where its machines are
   * @param jobJar the job's jar
   */
  SparkStack(
      Construct scope,
      String id,
      StorageStack storage,
      NetworkStack network,
      EscalaConfig config,
      Path jobJar) {
    super(scope, id);
    IBucket bucket = storage.bucket();
    ClusterRoles roles = new ClusterRoles(this, "Roles");
    roles.grantFolders(bucket, List.of(DATA, MODELS, RESULTS), LOGS);
    roles.grantKey(storage.key());

    Asset jar = asset("Job", jobJar);
    roles.grantRead(jar);
    String results = bucket.s3UrlForObject(RESULTS + "/bank");
    String models = bucket.s3UrlForObject(MODELS);
    List<SparkJobStep> steps = new ArrayList<>();
    String rows = input(config.input(), bucket, roles, jar, steps);
    steps.add(
        SparkJobStep.train(
            jar.getS3ObjectUrl(), rows, results, models, config.recipe(), config.algorithm()));

    TransientCluster cluster =
        new TransientCluster(
            this,
            "Cluster",
            config.spark(),
            new SparkNetwork(this, "Network", network.vpc()),
            roles,
            storage.key(),
            bucket.s3UrlForObject(LOGS + "/"),
            steps);
    // AmazonEMRServicePolicy_v2 lets EMR touch only what carries this tag.
    Tags.of(this).add("for-use-with-amazon-emr-managed-policies", "true");

    CfnOutput.Builder.create(this, "ClusterId").value(cluster.clusterId()).build();
    CfnOutput.Builder.create(this, "ResultsUri").value(results).build();
    CfnOutput.Builder.create(this, "ModelsUri").value(models).build();
  }

  /** Sees to it that the rows are somewhere the cluster may read, and returns where. */
  private String input(
      Input input, IBucket bucket, ClusterRoles roles, Asset jar, List<SparkJobStep> steps) {
    if (input instanceof Input.Generated generated) {
      String output = bucket.s3UrlForObject(DATA + "/bank");
      steps.add(
          SparkJobStep.generate(jar.getS3ObjectUrl(), output, generated.rows(), generated.seed()));
      return output;
    }
    if (input instanceof Input.LocalFile file) {
      Asset asset = asset("Input", file.path());
      roles.grantRead(asset);
      return asset.getS3ObjectUrl();
    }
    Input.S3 s3 = (Input.S3) input;
    roles.grantRead(s3.bucket(), s3.key());
    return s3.uri();
  }

  private Asset asset(String id, Path file) {
    return Asset.Builder.create(this, id).path(file.toString()).build();
  }
}
