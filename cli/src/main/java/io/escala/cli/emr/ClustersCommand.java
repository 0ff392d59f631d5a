package io.escala.cli.emr;

import io.escala.cli.Workspace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import software.amazon.awssdk.services.emr.model.ClusterSummary;

/** Lists clusters. */
@Command(
    name = "clusters",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Lists the EMR clusters that live, the newest first.")
public final class ClustersCommand extends EmrCommand {
  @Option(names = "--all", description = "Also those that are over.")
  private boolean all;

  @Option(
      names = "--most",
      paramLabel = "N",
      defaultValue = "50",
      description = "List at most so many (default: ${DEFAULT-VALUE}).")
  private int most;

  @Override
  int run(Emr emr, Workspace workspace) {
    List<ClusterSummary> clusters = emr.clusters(all ? Set.of() : Emr.ALIVE, most);
    if (json()) {
      print(emr, Map.of("clusters", clusters.stream().map(ClustersCommand::json).toList()));
      return 0;
    }
    if (clusters.isEmpty()) {
      System.out.println(
          all ? "There is no cluster." : "No cluster lives; --all lists those that are over too.");
      return 0;
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("CLUSTER", "STATE", "CREATED", "NAME", "REASON"));
    for (ClusterSummary cluster : clusters) {
      rows.add(
          List.of(
              cluster.id(),
              cluster.status().stateAsString(),
              Times.local(cluster.status().timeline().creationDateTime()),
              cluster.name(),
              reason(cluster)));
    }
    Columns.print(rows);
    return 0;
  }

  private static String reason(ClusterSummary cluster) {
    return cluster.status().stateChangeReason() == null
            || cluster.status().stateChangeReason().message() == null
        ? ""
        : cluster.status().stateChangeReason().message();
  }

  private static Map<String, Object> json(ClusterSummary cluster) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", cluster.id());
    json.put("name", cluster.name());
    json.put("state", cluster.status().stateAsString());
    json.put("reason", reason(cluster));
    json.put("created", Times.utc(cluster.status().timeline().creationDateTime()));
    json.put("ended", Times.utc(cluster.status().timeline().endDateTime()));
    return json;
  }
}
