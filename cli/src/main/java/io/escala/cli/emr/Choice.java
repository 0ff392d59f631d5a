package io.escala.cli.emr;

import io.escala.cli.UserException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.emr.model.Cluster;
import software.amazon.awssdk.services.emr.model.ClusterState;
import software.amazon.awssdk.services.emr.model.ClusterSummary;

/** Which cluster a step goes to when nobody names one. */
final class Choice {
  private static final int MOST = 50;

  private Choice() {}

  /**
   * The cluster that waits, or else runs steps of others: that of the deployed stack, or the only
   * one there is. Clusters that end with their own steps are not asked to stay.
   *
   * @throws UserException when there is none, or more than one
   */
  static String cluster(Emr emr) {
    List<ClusterSummary> open = new ArrayList<>();
    for (ClusterSummary each :
        emr.clusters(Set.of(ClusterState.WAITING, ClusterState.RUNNING), MOST)) {
      if (!Boolean.TRUE.equals(emr.cluster(each.id()).autoTerminate())) {
        open.add(each);
      }
    }
    Optional<String> ours = deployed(emr);
    if (ours.isPresent() && open.stream().anyMatch(each -> each.id().equals(ours.get()))) {
      return ours.get();
    }
    List<ClusterSummary> waiting =
        open.stream().filter(each -> each.status().state() == ClusterState.WAITING).toList();
    List<ClusterSummary> best = waiting.isEmpty() ? open : waiting;
    if (best.isEmpty()) {
      throw new UserException(
          "no cluster waits for steps. --new-cluster makes one for this step alone"
              + (ours.isPresent() ? ", like that of stack EscalaSpark" : "")
              + ", and on AWS it costs what its machines cost; ./escala clusters lists what lives");
    }
    if (best.size() > 1) {
      throw new UserException(
          "several clusters wait for steps: "
              + best.stream()
                  .map(each -> each.id() + " (" + each.name() + ")")
                  .collect(Collectors.joining(", "))
              + ". Name one: --cluster ID");
    }
    return best.get(0).id();
  }

  /** The cluster of the deployed stack, whether it lives or not. */
  static Optional<String> deployed(Emr emr) {
    return Optional.ofNullable(emr.aws().outputs("EscalaSpark").get("ClusterId"));
  }

  /**
   * A cluster that takes a step.
   *
   * @throws UserException when it does not any more
   */
  static String named(Emr emr, String id) {
    Cluster cluster = emr.cluster(id);
    if (!Emr.ALIVE.contains(cluster.status().state())) {
      throw new UserException(
          "cluster %s is %s and takes no step; ./escala clusters lists those that live"
              .formatted(id, cluster.status().stateAsString()));
    }
    return id;
  }
}
