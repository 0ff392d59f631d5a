package io.escala.cli.emr;

import java.util.Optional;
import software.amazon.awssdk.services.emr.model.Cluster;
import software.amazon.awssdk.services.emr.model.FailureDetails;
import software.amazon.awssdk.services.emr.model.Step;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Why a step ended without having done its work. */
final class Cause {
  private Cause() {}

  /**
   * The nearest thing to the driver's own words that there is now: what the job told of itself,
   * what EMR took from its log, its log, the cluster's reason.
   */
  static String of(Emr emr, Cluster cluster, Step step, Optional<RunStatus> told) {
    return told.flatMap(RunStatus::error)
        .or(() -> details(step).filter(text -> !RootCause.isOfYarn(text)))
        .or(() -> logged(emr, cluster, step))
        .or(() -> details(step))
        .or(() -> reason(step))
        .or(() -> ofCluster(cluster))
        .orElse("EMR gives no reason");
  }

  private static Optional<String> details(Step step) {
    FailureDetails details = step.status().failureDetails();
    return details == null
        ? Optional.empty()
        : Optional.ofNullable(details.message()).or(() -> Optional.ofNullable(details.reason()));
  }

  private static Optional<String> logged(Emr emr, Cluster cluster, Step step) {
    if (step.status().timeline().startDateTime() == null) {
      return Optional.empty();
    }
    try {
      return StepLogs.of(emr, cluster, step)
          .stderr()
          .flatMap(file -> RootCause.in(file.lines()))
          .filter(line -> !RootCause.isOfYarn(line));
    } catch (S3Exception e) {
      return Optional.empty(); // who may not read the logs is told what EMR says
    }
  }

  private static Optional<String> reason(Step step) {
    return Optional.ofNullable(step.status().stateChangeReason())
        .map(reason -> reason.message())
        .filter(message -> !message.isBlank())
        // said of every step that had not begun when the cluster ended; the cluster knows why
        .filter(message -> !message.equals("Job terminated"));
  }

  private static Optional<String> ofCluster(Cluster cluster) {
    return Optional.ofNullable(cluster.status().stateChangeReason())
        .map(reason -> reason.message())
        .filter(message -> !message.isBlank())
        .map(message -> "the cluster ended: " + message);
  }
}
