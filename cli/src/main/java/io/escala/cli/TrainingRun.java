package io.escala.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.emr.model.Cluster;
import software.amazon.awssdk.services.emr.model.ClusterState;
import software.amazon.awssdk.services.emr.model.StepState;
import software.amazon.awssdk.services.emr.model.StepSummary;

/** A cluster and its steps, as EMR tells of them. */
final class TrainingRun {
  private final Aws aws;
  private final String clusterId;

  TrainingRun(Aws aws, String clusterId) {
    this.aws = aws;
    this.clusterId = clusterId;
  }

  /** The run of the deployed Spark stack, if it is deployed. */
  static Optional<TrainingRun> deployed(Aws aws) {
    return Optional.ofNullable(aws.outputs("EscalaSpark").get("ClusterId"))
        .map(id -> new TrainingRun(aws, id));
  }

  String clusterId() {
    return clusterId;
  }

  private Cluster cluster() {
    return aws.emr().describeCluster(r -> r.clusterId(clusterId)).cluster();
  }

  /** The steps in the order in which they run. */
  List<StepSummary> steps() {
    // EMR lists the newest first, and steps made together have the same time of creation.
    List<StepSummary> steps =
        new ArrayList<>(
            aws.emr().listStepsPaginator(r -> r.clusterId(clusterId)).steps().stream().toList());
    Collections.reverse(steps);
    return steps;
  }

  /** True when the cluster takes no steps any more. */
  boolean isOver() {
    return isOver(cluster());
  }

  private static boolean isOver(Cluster cluster) {
    return List.of(
            ClusterState.TERMINATING, ClusterState.TERMINATED, ClusterState.TERMINATED_WITH_ERRORS)
        .contains(cluster.status().state());
  }

  /** True when the cluster ended and not every step was completed. */
  boolean failed() {
    return cluster().status().state() == ClusterState.TERMINATED_WITH_ERRORS
        || steps().stream().anyMatch(step -> isFailure(step.status().state()));
  }

  /** What the job reads, as its last step was told; empty when a step made the rows. */
  Optional<String> input() {
    List<StepSummary> steps = steps();
    return Training.option("--input-path", steps.get(steps.size() - 1).config().args());
  }

  void terminate() {
    aws.emr().terminateJobFlows(r -> r.jobFlowIds(clusterId));
  }

  private static boolean isFailure(StepState state) {
    return state == StepState.FAILED
        || state == StepState.CANCELLED
        || state == StepState.INTERRUPTED;
  }

  /**
   * Shows the steps' progress until all are completed.
   *
   * @throws UserException when one fails, with its reason
   */
  void await(Terminal terminal) {
    await(steps(), terminal);
  }

  /** The same, of some of its steps. */
  void await(List<StepSummary> steps, Terminal terminal) {
    for (int i = 0; i < steps.size(); i++) {
      await(steps.get(i), "step " + (i + 1) + " of " + steps.size(), terminal);
    }
  }

  private void await(StepSummary step, String which, Terminal terminal) {
    boolean watched = false;
    while (true) {
      // First the cluster, then the step: a step that is not done in a cluster that had ended never
      // will be.
      Cluster cluster = cluster();
      StepSummary now =
          aws.emr().listSteps(r -> r.clusterId(clusterId).stepIds(step.id())).steps().get(0);
      StepState state = now.status().state();
      if (state == StepState.COMPLETED) {
        if (watched) {
          Duration took =
              Duration.between(
                  now.status().timeline().startDateTime(), now.status().timeline().endDateTime());
          terminal.line(
              "  %s, %s: completed in %.1f s"
                  .formatted(which, now.name(), took.toMillis() / 1000.0));
        }
        return;
      }
      if (isFailure(state)) {
        throw new UserException(
            "%s, %s, ended as %s: %s".formatted(which, now.name(), state, reason(now)));
      }
      if (isOver(cluster)) {
        throw new UserException(
            "cluster %s ended before %s ran: %s"
                .formatted(clusterId, which, cluster.status().stateChangeReason().message()));
      }
      watched = true;
      terminal.progress(
          which
              + ", "
              + now.name()
              + ": "
              + Optional.ofNullable(cluster.logUri())
                  .flatMap(uri -> JobLog.ofStep(uri, clusterId, now.id()).latest(aws))
                  .orElse(state.toString().toLowerCase(java.util.Locale.ROOT)));
      Pause.millis(300);
    }
  }

  private static String reason(StepSummary step) {
    if (step.status().failureDetails() != null) {
      String message = step.status().failureDetails().message();
      String log = step.status().failureDetails().logFile();
      return (message == null ? step.status().failureDetails().reason() : message)
          + (log == null ? "" : " (log: " + log + ")");
    }
    return step.status().stateChangeReason() == null
        ? "no reason given"
        : step.status().stateChangeReason().message();
  }
}
