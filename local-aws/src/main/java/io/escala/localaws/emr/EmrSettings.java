package io.escala.localaws.emr;

import io.escala.localaws.s3.S3Store;
import io.escala.localaws.state.StateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What EMR needs to know of its surroundings.
 *
 * @param state the endpoint's folder
 * @param sparkClasspathFile a file whose one line is Spark's class path; null when no step will run
 * @param sparkJvmOptions what Spark wants opened
 * @param sparkJava the {@code java} for steps; null to find a fitting one
 * @param region the region of clusters
 * @param accountId their account
 * @param awsEnvironment variables that lead an AWS SDK in a step to this endpoint
 */
record EmrSettings(
    StateFolder state,
    Path sparkClasspathFile,
    List<String> sparkJvmOptions,
    Path sparkJava,
    String region,
    String accountId,
    Map<String, String> awsEnvironment) {

  Path buckets() {
    return state.path("s3").toAbsolutePath();
  }

  String sparkClasspath() throws IOException {
    if (sparkClasspathFile == null || !Files.isRegularFile(sparkClasspathFile)) {
      throw new IllegalArgumentException(
          "the file with Spark's class path is missing ("
              + sparkClasspathFile
              + "): build the project first, with mvn package");
    }
    return Files.readString(sparkClasspathFile).strip();
  }

  String clusterArn(String clusterId) {
    return "arn:aws:elasticmapreduce:" + region + ":" + accountId + ":cluster/" + clusterId;
  }

  /** Where a step's logs go: below the cluster's LogUri, else into the state folder. */
  SparkStepRunner.StepLogs logs(ClusterRecord cluster, String stepId) {
    String below = cluster.id() + "/steps/" + stepId;
    String logUri = cluster.request().path("LogUri").asText("");
    if (logUri.isEmpty()) {
      Path folder = state.path("emr/logs/" + below).toAbsolutePath();
      return new SparkStepRunner.StepLogs(folder, folder.toString(), true);
    }
    return logs(logUri, below, true);
  }

  /** Logs at a path below an {@code s3://} address. */
  SparkStepRunner.StepLogs logs(String logUri, String below, boolean ofCluster) {
    S3Store.Location location = S3Store.Location.of(logUri);
    String key = (location.key().replaceAll("/+$", "") + "/" + below).replaceFirst("^/+", "");
    return new SparkStepRunner.StepLogs(
        buckets().resolve(location.bucket()).resolve(key),
        "s3://" + location.bucket() + "/" + key,
        ofCluster);
  }
}
