package io.escala.cli.emr;

import io.escala.cli.UserException;
import io.escala.cli.Workspace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import software.amazon.awssdk.services.emr.model.ClusterSummary;
import software.amazon.awssdk.services.emr.model.StepSummary;

/** Lists a cluster's steps. */
@Command(
    name = "steps",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Lists the steps of a cluster, the newest first, with what failed ones said.")
public final class StepsCommand extends EmrCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "CLUSTER",
      description = "A cluster, j-… (default: the newest one that lives, else the newest).")
  private String cluster;

  @Override
  int run(Emr emr, Workspace workspace) {
    String id = cluster == null ? newest(emr) : cluster;
    List<StepSummary> steps = emr.steps(id);
    if (json()) {
      Map<String, Object> members = new LinkedHashMap<>();
      members.put("clusterId", id);
      members.put("steps", steps.stream().map(StepsCommand::json).toList());
      print(emr, members);
      return 0;
    }
    if (steps.isEmpty()) {
      System.out.println("Cluster " + id + " has no step.");
      return 0;
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("STEP", "STATE", "STARTED", "SECONDS", "NAME", "REASON"));
    for (StepSummary step : steps) {
      Double seconds = Times.seconds(step.status().timeline());
      rows.add(
          List.of(
              step.id(),
              step.status().stateAsString(),
              Times.local(step.status().timeline().startDateTime()),
              seconds == null ? "-" : String.format(Locale.ROOT, "%.1f", seconds),
              step.name(),
              reason(step)));
    }
    System.out.println("Steps of cluster " + id);
    Columns.print(rows);
    return 0;
  }

  private static String newest(Emr emr) {
    List<ClusterSummary> living = emr.clusters(Emr.ALIVE, 1);
    List<ClusterSummary> any = living.isEmpty() ? emr.clusters(Set.of(), 1) : living;
    if (any.isEmpty()) {
      throw new UserException("there is no cluster, and so no step");
    }
    return any.get(0).id();
  }

  private static String reason(StepSummary step) {
    if (step.status().failureDetails() != null
        && step.status().failureDetails().message() != null) {
      return step.status().failureDetails().message();
    }
    return step.status().stateChangeReason() == null
            || step.status().stateChangeReason().message() == null
        ? ""
        : step.status().stateChangeReason().message();
  }

  private static Map<String, Object> json(StepSummary step) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", step.id());
    json.put("name", step.name());
    json.put("state", step.status().stateAsString());
    json.put("reason", reason(step));
    json.put("created", Times.utc(step.status().timeline().creationDateTime()));
    json.put("started", Times.utc(step.status().timeline().startDateTime()));
    json.put("ended", Times.utc(step.status().timeline().endDateTime()));
    json.put("seconds", Times.seconds(step.status().timeline()));
    json.put("arguments", step.config().args());
    return json;
  }
}
