package io.escala.localaws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.escala.localaws.conformity.JsonClient;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.emr.EmrClient;
import software.amazon.awssdk.services.emr.model.ClusterState;
import software.amazon.awssdk.services.emr.model.ClusterSummary;
import software.amazon.awssdk.services.emr.model.StepConfig;
import software.amazon.awssdk.services.emr.model.StepState;
import software.amazon.awssdk.services.emr.model.StepSummary;

/** Runs of the job in the deployed stacks, started as each lifecycle has them started. */
final class JobRuns {
  private static final String STACK = "EscalaSpark";
  private static final ObjectMapper JSON = new ObjectMapper();

  private JobRuns() {}

  /** A whole run, which must succeed. Of a transient cluster it is the deployment's own. */
  static void run(String url) throws Exception {
    Optional<String> execution = start(url);
    if (execution.isEmpty()) {
      awaitSteps(url);
      return;
    }
    String which = JSON.createObjectNode().put("executionArn", execution.get()).toString();
    JsonClient states = states(url);
    JsonNode now = states.call("DescribeExecution", which);
    for (int i = 0; i < 600 && now.path("status").asText().equals("RUNNING"); i++) {
      Thread.sleep(50);
      now = states.call("DescribeExecution", which);
    }
    assertThat(now.path("status").asText()).as(now.toString()).isEqualTo("SUCCEEDED");
  }

  private static JsonClient states(String url) {
    return new JsonClient(URI.create(url), "stepfunctions");
  }

  /**
   * Begins a run and waits for nothing.
   *
   * @return the execution's ARN; empty where no state machine runs the job
   */
  static Optional<String> start(String url) throws IOException {
    Optional<String> machine = RealStacks.output(url, STACK, "StateMachineArn");
    if (machine.isPresent()) {
      String which = JSON.createObjectNode().put("stateMachineArn", machine.get()).toString();
      return Optional.of(states(url).call("StartExecution", which).path("executionArn").asText());
    }
    Optional<String> steps = RealStacks.output(url, STACK, "Steps");
    if (steps.isPresent()) {
      addSteps(url, JSON.readTree(steps.get()));
    }
    return Optional.empty();
  }

  private static void addSteps(String url, JsonNode steps) {
    String cluster = RealStacks.output(url, STACK, "ClusterId").orElseThrow();
    try (EmrClient emr = Clients.client(EmrClient.builder(), url)) {
      for (JsonNode step : steps) {
        List<String> args = new ArrayList<>();
        step.path("Args").forEach(arg -> args.add(arg.asText()));
        StepConfig config =
            StepConfig.builder()
                .name(step.path("Name").asText())
                .actionOnFailure(step.path("ActionOnFailure").asText())
                .hadoopJarStep(h -> h.jar(step.path("Jar").asText()).args(args))
                .build();
        emr.addJobFlowSteps(r -> r.jobFlowId(cluster).steps(config));
      }
    }
  }

  private static void awaitSteps(String url) throws InterruptedException {
    String cluster = RealStacks.output(url, STACK, "ClusterId").orElseThrow();
    try (EmrClient emr = Clients.client(EmrClient.builder(), url)) {
      List<StepSummary> steps = emr.listSteps(r -> r.clusterId(cluster)).steps();
      for (int i = 0; i < 600 && !steps.stream().allMatch(JobRuns::isDone); i++) {
        Thread.sleep(50);
        steps = emr.listSteps(r -> r.clusterId(cluster)).steps();
      }
      assertThat(steps).as(steps.toString()).hasSize(2).allMatch(JobRuns::isDone);
    }
  }

  private static boolean isDone(StepSummary step) {
    return step.status().state() == StepState.COMPLETED;
  }

  /** The clusters that state machines made and that live: no stack ends them. */
  static List<String> clustersOfRuns(String url) throws InterruptedException {
    if (RealStacks.output(url, STACK, "ClusterId").isPresent()
        || RealStacks.output(url, STACK, "ApplicationId").isPresent()) {
      return List.of();
    }
    try (EmrClient emr = Clients.client(EmrClient.builder(), url)) {
      for (int i = 0; i < 600; i++) {
        List<String> living =
            emr
                .listClusters(r -> r.clusterStates(ClusterState.WAITING, ClusterState.RUNNING))
                .clusters()
                .stream()
                .map(ClusterSummary::id)
                .toList();
        if (!living.isEmpty()) {
          return living;
        }
        Thread.sleep(10);
      }
    }
    throw new AssertionError("no cluster comes");
  }

  /** Ends clusters, and waits until they are over. */
  static void terminate(String url, List<String> clusters) throws InterruptedException {
    if (clusters.isEmpty()) {
      return;
    }
    Set<ClusterState> ends = Set.of(ClusterState.TERMINATED, ClusterState.TERMINATED_WITH_ERRORS);
    try (EmrClient emr = Clients.client(EmrClient.builder(), url)) {
      emr.terminateJobFlows(r -> r.jobFlowIds(clusters));
      for (String id : clusters) {
        while (!ends.contains(
            emr.describeCluster(r -> r.clusterId(id)).cluster().status().state())) {
          Thread.sleep(10);
        }
      }
    }
  }
}
