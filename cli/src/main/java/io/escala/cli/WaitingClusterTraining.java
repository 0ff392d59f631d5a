package io.escala.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.services.emr.model.ActionOnFailure;
import software.amazon.awssdk.services.emr.model.StepConfig;
import software.amazon.awssdk.services.emr.model.StepState;
import software.amazon.awssdk.services.emr.model.StepSummary;

/**
 * On a cluster that waits for steps. The configured ones, the stack's output {@code Steps}, are
 * added unless they were the last to run.
 */
final class WaitingClusterTraining implements Training {
  private final Aws aws;
  private final TrainingRun run;
  private final List<StepConfig> configured;

  /**
   * @param steps as {@code aws emr add-steps} takes them
   */
  WaitingClusterTraining(Aws aws, String clusterId, String steps) {
    this.aws = aws;
    this.run = new TrainingRun(aws, clusterId);
    this.configured = read(steps);
  }

  private static List<StepConfig> read(String steps) {
    List<StepConfig> read = new ArrayList<>();
    try {
      for (JsonNode step : new ObjectMapper().readTree(steps)) {
        List<String> arguments = new ArrayList<>();
        step.path("Args").forEach(argument -> arguments.add(argument.asText()));
        read.add(
            StepConfig.builder()
                .name(step.path("Name").asText())
                .actionOnFailure(ActionOnFailure.fromValue(step.path("ActionOnFailure").asText()))
                .hadoopJarStep(h -> h.jar(step.path("Jar").asText()).args(arguments))
                .build());
      }
    } catch (JsonProcessingException e) {
      throw new UserException(
          "the output Steps of " + STACK + " is no JSON: " + e.getOriginalMessage(), e);
    }
    return read;
  }

  /** CloudFormation does not notice that the cluster has ended itself. */
  @Override
  public boolean mustBeReplaced(boolean modelMissing) {
    return run.isOver();
  }

  @Override
  public void complete(boolean modelMissing, Terminal terminal, Consumer<Runnable> begun) {
    List<StepSummary> last = last();
    boolean ends = last.stream().allMatch(step -> isDone(step) || isUnderWay(step));
    boolean done = last.stream().allMatch(WaitingClusterTraining::isDone);
    if (!isConfigured(last) || !ends || (done && modelMissing)) {
      List<String> added =
          aws.emr().addJobFlowSteps(r -> r.jobFlowId(run.clusterId()).steps(configured)).stepIds();
      begun.accept(() -> aws.emr().cancelSteps(r -> r.clusterId(run.clusterId()).stepIds(added)));
      last = last();
    }
    terminal.line("Training on cluster " + run.clusterId() + ", which waits for steps");
    run.await(last, terminal);
  }

  @Override
  public Optional<String> input() {
    List<String> arguments = configured.get(configured.size() - 1).hadoopJarStep().args();
    return Training.option("--input-path", arguments);
  }

  /** As many of the newest steps as are configured, in the order in which they run. */
  private List<StepSummary> last() {
    List<StepSummary> steps = run.steps();
    return steps.subList(Math.max(0, steps.size() - configured.size()), steps.size());
  }

  private boolean isConfigured(List<StepSummary> steps) {
    return steps.stream()
        .map(step -> step.config().args())
        .toList()
        .equals(configured.stream().map(step -> step.hadoopJarStep().args()).toList());
  }

  private static boolean isDone(StepSummary step) {
    return step.status().state() == StepState.COMPLETED;
  }

  private static boolean isUnderWay(StepSummary step) {
    return step.status().state() == StepState.PENDING || step.status().state() == StepState.RUNNING;
  }
}
