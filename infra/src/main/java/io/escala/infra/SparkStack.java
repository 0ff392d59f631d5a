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
import java.util.function.Consumer;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.Tags;
import software.amazon.awscdk.services.s3.IBucket;
import software.amazon.awscdk.services.s3.assets.Asset;
import software.constructs.Construct;

/** Training: an EMR cluster that runs the job, with the roles it needs. */
final class SparkStack extends Stack {
  private static final List<String> FOLDERS = List.of(DATA, MODELS, RESULTS);

  private final IBucket bucket;
  private final Asset jar;
  private final Consumer<JobPermissions> input;
  private final SparkJobStep train;

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
    bucket = storage.bucket();
    ClusterRoles roles = new ClusterRoles(this, "Roles");
    roles.job().grantFolders(bucket, FOLDERS, LOGS);
    roles.grantKey(storage.key());

    jar = asset("Job", jobJar);
    String results = bucket.s3UrlForObject(RESULTS + "/bank");
    String models = bucket.s3UrlForObject(MODELS);
    List<SparkJobStep> steps = new ArrayList<>();
    String rows;
    if (config.input() instanceof Input.LocalFile file) {
      Asset asset = asset("Input", file.path());
      input = job -> job.grantRead(asset);
      rows = asset.getS3ObjectUrl();
    } else if (config.input() instanceof Input.S3 s3) {
      input = job -> job.grantRead(s3.bucket(), s3.key());
      rows = s3.uri();
    } else {
      Input.Generated generated = (Input.Generated) config.input();
      input = job -> {};
      rows = bucket.s3UrlForObject(DATA + "/bank");
      steps.add(
          SparkJobStep.generate(jar.getS3ObjectUrl(), rows, generated.rows(), generated.seed()));
    }
    grantFiles(roles.job());
    train =
        SparkJobStep.train(
            jar.getS3ObjectUrl(), rows, results, models, config.recipe(), config.algorithm());
    steps.add(train);

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

  /** The training, for whoever else runs it. */
  SparkJobStep train() {
    return train;
  }

  /** Lets who runs {@link #train} read and write the data as the cluster does. */
  void grantData(JobPermissions job) {
    job.grantFolders(bucket, FOLDERS);
    grantFiles(job);
  }

  private void grantFiles(JobPermissions job) {
    job.grantRead(jar);
    input.accept(job);
  }

  private Asset asset(String id, Path file) {
    return Asset.Builder.create(this, id).path(file.toString()).build();
  }
}
