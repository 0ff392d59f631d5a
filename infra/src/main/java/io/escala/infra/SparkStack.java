package io.escala.infra;

import static io.escala.infra.StorageStack.DATA;
import static io.escala.infra.StorageStack.LOGS;
import static io.escala.infra.StorageStack.MODELS;
import static io.escala.infra.StorageStack.RESULTS;

import io.escala.infra.config.EscalaConfig;
import io.escala.infra.config.Input;
import io.escala.infra.config.SparkConfig;
import io.escala.infra.config.TransitEncryption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.Tags;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.s3.IBucket;
import software.amazon.awscdk.services.s3.assets.Asset;
import software.constructs.Construct;
import software.constructs.IDependable;

/**
 * Training: what runs the job, with the roles it needs. Whichever lifecycle is chosen, the steps
 * are the same and so is what they may do with the data.
 */
final class SparkStack extends Stack {
  private static final List<String> FOLDERS = List.of(DATA, MODELS, RESULTS);

  private final IBucket bucket;
  private final IKey key;
  private final Asset jar;
  private final Consumer<JobPermissions> input;
  private final SparkJobStep train;
  private final Map<String, String> properties;

  /**
   * @param storage where the job reads and writes
   * @param network where its machines are
   * @param jobJar the job's jar
   */
  SparkStack(
      Construct scope,
      String id,
      StorageStack storage,
      Network network,
      EscalaConfig config,
      Path jobJar) {
    super(scope, id);
    bucket = storage.bucket();
    key = storage.key();
    properties = config.spark().inTransit().map(way -> SparkTraffic.properties()).orElse(Map.of());
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
    train =
        SparkJobStep.train(
            jar.getS3ObjectUrl(), rows, results, models, config.recipe(), config.algorithm());
    steps.add(train);

    switch (config.spark().lifecycle()) {
      case TRANSIENT -> output("ClusterId", cluster(config.spark(), network, steps).clusterId());
      case LONG_RUNNING -> {
        output("ClusterId", cluster(config.spark(), network, steps).clusterId());
        output("Steps", toJsonString(steps.stream().map(SparkStack::forTheCommandLine).toList()));
      }
      case SCHEDULED -> schedule(config, network, steps);
      case SERVERLESS -> runServerless(config, network, steps);
    }
    Tags.of(this).add(ClusterPlace.TAG, "true");

    output("ResultsUri", results);
    output("ModelsUri", models);
  }

  private EmrCluster cluster(SparkConfig config, Network network, List<SparkJobStep> steps) {
    return new EmrCluster(this, "Cluster", config, place(config, network), steps);
  }

  private void schedule(EscalaConfig config, Network network, List<SparkJobStep> steps) {
    ClusterPlace place = place(config.spark(), network);
    ClusterSecurity security =
        new ClusterSecurity(this, "Security", place.diskKey(), config.spark().inTransit());
    runs(
        config,
        ScheduledCluster.definition(config.spark(), place, security, steps),
        ScheduledCluster.permissions(place.roles()),
        // As for a cluster of the template.
        place.network(),
        place.roles());
  }

  private void runServerless(EscalaConfig config, Network network, List<SparkJobStep> steps) {
    ServerlessJob job =
        new ServerlessJob(this, "Serverless", config.spark(), network, key, logUri());
    job.job().grantFolders(bucket, FOLDERS, LOGS);
    grantFiles(job.job());
    output("ApplicationId", job.applicationId());
    runs(config, job.definition(steps), job.permissions(), job);
  }

  private void runs(
      EscalaConfig config,
      Map<String, Object> definition,
      List<PolicyStatement> permissions,
      IDependable... needed) {
    JobStateMachine machine =
        new JobStateMachine(
            this,
            "Runs",
            config.spark(),
            config.logRetentionDays(),
            definition,
            permissions,
            needed);
    output("StateMachineArn", machine.arn());
  }

  private ClusterPlace place(SparkConfig config, Network network) {
    ClusterRoles roles = new ClusterRoles(this, "Roles");
    roles.job().grantFolders(bucket, FOLDERS, LOGS);
    roles.grantKey(key);
    grantFiles(roles.job());
    network.own().ifPresent(roles::grantSubnets);
    if (config.inTransit().orElse(null) instanceof TransitEncryption.Certificates certificates) {
      roles.job().grantReadObject(certificates.zip());
    }
    if (config.shell()) {
      roles.grantShell();
    }
    return new ClusterPlace(
        new SparkNetwork(this, "Network", network, config.shell()), roles, key, logUri());
  }

  private String logUri() {
    return bucket.s3UrlForObject(LOGS + "/");
  }

  /** As {@code aws emr add-steps --steps} reads it. */
  private static Map<String, Object> forTheCommandLine(SparkJobStep step) {
    Map<String, Object> line = new TreeMap<>();
    line.put("Type", "CUSTOM_JAR");
    line.put("Name", step.name());
    line.put("ActionOnFailure", "CANCEL_AND_WAIT");
    line.put("Jar", SparkJobStep.COMMAND_RUNNER);
    line.put("Args", step.arguments());
    return line;
  }

  private void output(String name, String value) {
    CfnOutput.Builder.create(this, name).value(value).build();
  }

  /** The training, for whoever else runs it. */
  SparkJobStep train() {
    return train;
  }

  /** What Spark is told wherever EMR does not tell it: the certificates are for EMR alone. */
  Map<String, String> properties() {
    return properties;
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
