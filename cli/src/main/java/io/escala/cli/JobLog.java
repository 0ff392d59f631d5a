package io.escala.cli;

import java.util.Optional;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The log of a running job, an object that grows on the endpoint of this machine. */
record JobLog(String bucket, String key) {
  /** What the job writes in front of the lines that are meant for people. */
  private static final String MARK = "[escala] ";

  /** That of a step, below its cluster's log folder. */
  static JobLog ofStep(String logUri, String clusterId, String stepId) {
    return below(logUri, clusterId + "/steps/" + stepId + "/stderr");
  }

  /** That of a run's driver on EMR Serverless. */
  static JobLog ofRun(String logUri, String applicationId, String runId) {
    return below(
        logUri, "applications/" + applicationId + "/jobs/" + runId + "/SPARK_DRIVER/stderr");
  }

  private static JobLog below(String logUri, String path) {
    String[] both = logUri.replaceFirst("^s3[an]?://", "").replaceFirst("/$", "").split("/", 2);
    return new JobLog(both[0], both.length == 1 ? path : both[1] + "/" + path);
  }

  /** The last thing that the job said about itself. */
  Optional<String> latest(Aws aws) {
    try {
      return aws.text(bucket, key).stream()
          .flatMap(String::lines)
          .filter(line -> line.startsWith(MARK))
          .reduce((first, last) -> last)
          .map(line -> line.substring(MARK.length()));
    } catch (S3Exception e) {
      return Optional.empty(); // the log is for watching only; the state decides
    }
  }
}
