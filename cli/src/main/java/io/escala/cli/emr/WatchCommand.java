package io.escala.cli.emr;

import io.escala.cli.UserException;
import io.escala.cli.Workspace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import software.amazon.awssdk.services.emr.model.StepSummary;

/** Follows a step, or the steps of a cluster. */
@Command(
    name = "watch",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Follows a step to its end: the cluster's phases, what the job is doing with its stages and tasks, then the figures or why it failed.",
      "Ctrl-C ends the watching and not the step."
    },
    footer = {
      "",
      "Without an id: the step that runs, or the one that ran last. With a cluster's id: all of its steps.",
      "Exit codes: 0 completed, 1 failed or cancelled, 2 wrong usage."
    })
public final class WatchCommand extends EmrCommand {
  @Parameters(arity = "0..1", paramLabel = "ID", description = "A step, s-…, or a cluster, j-….")
  private String id;

  @Option(
      names = "--cluster",
      paramLabel = "ID",
      description = "The step's cluster (default: the newest ones are searched).")
  private String cluster;

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      defaultValue = "900",
      description =
          "How long to wait for an answer when the connection is gone (default: ${DEFAULT-VALUE}).")
  private int patience;

  @Override
  int run(Emr emr, Workspace workspace) {
    if (id != null && id.startsWith("j-")) {
      return cluster(emr);
    }
    Emr.Found found = emr.choose(id, cluster);
    Outcome outcome =
        follow(emr, Duration.ofSeconds(patience)).follow(found.clusterId(), found.step().id());
    if (json()) {
      print(emr, outcome.json());
    }
    return outcome.isGood() ? 0 : 1;
  }

  private int cluster(Emr emr) {
    List<StepSummary> steps = new ArrayList<>(emr.steps(id));
    if (steps.isEmpty()) {
      throw new UserException(
          "cluster %s is %s and has no step; ./escala submit --cluster %s gives it one"
              .formatted(id, emr.cluster(id).status().stateAsString(), id));
    }
    Collections.reverse(steps);
    List<Outcome> outcomes = new ArrayList<>();
    for (StepSummary step : steps) {
      outcomes.add(follow(emr, Duration.ofSeconds(patience)).follow(id, step.id()));
    }
    if (json()) {
      Map<String, Object> members = new LinkedHashMap<>();
      members.put("clusterId", id);
      members.put("steps", outcomes.stream().map(Outcome::json).toList());
      print(emr, members);
    }
    return outcomes.stream().allMatch(Outcome::isGood) ? 0 : 1;
  }
}
