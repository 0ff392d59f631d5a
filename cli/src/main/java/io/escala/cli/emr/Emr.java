package io.escala.cli.emr;

import io.escala.cli.Aws;
import io.escala.cli.AwsFailure;
import io.escala.cli.Target;
import io.escala.cli.UserException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import software.amazon.awssdk.services.emr.model.Cluster;
import software.amazon.awssdk.services.emr.model.ClusterState;
import software.amazon.awssdk.services.emr.model.ClusterSummary;
import software.amazon.awssdk.services.emr.model.EmrException;
import software.amazon.awssdk.services.emr.model.Step;
import software.amazon.awssdk.services.emr.model.StepState;
import software.amazon.awssdk.services.emr.model.StepSummary;

/** Clusters and steps at a target, as the commands look for them. */
record Emr(Aws aws, Target target) {
  static final Set<ClusterState> ALIVE =
      Set.of(
          ClusterState.STARTING,
          ClusterState.BOOTSTRAPPING,
          ClusterState.RUNNING,
          ClusterState.WAITING);

  /** How a step ends that did not do its work. */
  static final Set<StepState> FAILURES =
      Set.of(StepState.FAILED, StepState.CANCELLED, StepState.INTERRUPTED);

  /** So many clusters are searched for a step of which only the id is known. */
  private static final int SEARCHED = 50;

  /** A step and where it is. */
  record Found(String clusterId, Step step) {}

  /** Clusters, the newest first; in these states, or all when none is given. */
  List<ClusterSummary> clusters(Set<ClusterState> states, int most) {
    return aws
        .emr()
        .listClustersPaginator(r -> r.clusterStates(states.toArray(ClusterState[]::new)))
        .clusters()
        .stream()
        .limit(most)
        .toList();
  }

  Cluster cluster(String id) {
    return aws.emr().describeCluster(r -> r.clusterId(id)).cluster();
  }

  Step step(String clusterId, String stepId) {
    return aws.emr().describeStep(r -> r.clusterId(clusterId).stepId(stepId)).step();
  }

  /** A cluster's steps, the newest first. */
  List<StepSummary> steps(String clusterId) {
    return aws.emr().listStepsPaginator(r -> r.clusterId(clusterId)).steps().stream().toList();
  }

  /**
   * The step that a command is for.
   *
   * @param stepId null for the step that a person means who names none
   * @param clusterId null for the newest clusters
   * @throws UserException when there is none
   */
  Found choose(String stepId, String clusterId) {
    Optional<String> cluster = Optional.ofNullable(clusterId);
    return stepId == null
        ? cluster.map(this::newestStepOf).orElseGet(this::newestStep)
        : find(stepId, cluster);
  }

  /**
   * A step by its id, in the given cluster or else in the newest ones.
   *
   * @throws UserException when none of them has it
   */
  Found find(String stepId, Optional<String> clusterId) {
    if (clusterId.isPresent()) {
      return new Found(clusterId.get(), step(clusterId.get(), stepId));
    }
    List<String> searched = searched();
    for (String cluster : searched) {
      try {
        return new Found(cluster, step(cluster, stepId));
      } catch (EmrException e) {
        if (!AwsFailure.isNotThere(e)) {
          throw e;
        }
      }
    }
    throw new UserException(
        searched.isEmpty()
            ? "there is no step " + stepId + ": there are no clusters here"
            : "none of the newest %d clusters has a step %s; ./escala steps lists them, --cluster ID looks into an older one"
                .formatted(searched.size(), stepId));
  }

  /**
   * The step that a person means who names none: in the newest cluster that has any, what runs,
   * else what will run next, else what ran last.
   */
  Found newestStep() {
    for (String cluster : searched()) {
      List<StepSummary> steps = steps(cluster);
      if (!steps.isEmpty()) {
        return new Found(cluster, step(cluster, current(steps).id()));
      }
    }
    throw new UserException(
        "there is no step yet; ./escala submit makes one, ./escala submit --help tells how");
  }

  /** The same, of one cluster. */
  Found newestStepOf(String cluster) {
    List<StepSummary> steps = steps(cluster);
    if (steps.isEmpty()) {
      throw new UserException("cluster " + cluster + " has no step");
    }
    return new Found(cluster, step(cluster, current(steps).id()));
  }

  private static StepSummary current(List<StepSummary> newestFirst) {
    List<StepSummary> oldestFirst = new ArrayList<>(newestFirst);
    Collections.reverse(oldestFirst);
    Stream<StepSummary> running = newestFirst.stream().filter(in(StepState.RUNNING));
    Stream<StepSummary> next = oldestFirst.stream().filter(in(StepState.PENDING));
    Stream<StepSummary> ran =
        newestFirst.stream().filter(step -> step.status().timeline().startDateTime() != null);
    return Stream.of(running, next, ran, newestFirst.stream())
        .flatMap(steps -> steps)
        .findFirst()
        .orElseThrow();
  }

  private static Predicate<StepSummary> in(StepState state) {
    return step -> step.status().state() == state;
  }

  /** Living clusters first. */
  private List<String> searched() {
    List<String> ids = new ArrayList<>();
    Stream.concat(clusters(ALIVE, SEARCHED).stream(), clusters(Set.of(), SEARCHED).stream())
        .map(ClusterSummary::id)
        .distinct()
        .limit(SEARCHED)
        .forEach(ids::add);
    return ids;
  }
}
