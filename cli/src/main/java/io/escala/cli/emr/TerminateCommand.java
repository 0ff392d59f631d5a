package io.escala.cli.emr;

import io.escala.cli.Workspace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import software.amazon.awssdk.services.emr.model.Cluster;
import software.amazon.awssdk.services.emr.model.StepState;
import software.amazon.awssdk.services.emr.model.StepSummary;

/** Ends a cluster. */
@Command(
    name = "terminate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Ends a cluster and the steps that wait or run on it. Asks first, on a terminal.")
public final class TerminateCommand extends EmrCommand {
  @Parameters(paramLabel = "CLUSTER", description = "The cluster, j-….")
  private String id;

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Override
  int run(Emr emr, Workspace workspace) {
    Cluster cluster = emr.cluster(id);
    boolean lives = Emr.ALIVE.contains(cluster.status().state());
    List<StepSummary> lost =
        emr.steps(id).stream()
            .filter(
                step ->
                    step.status().state() == StepState.RUNNING
                        || step.status().state() == StepState.PENDING)
            .toList();
    if (lives && !yes && !confirmed(cluster, lost)) {
      System.err.println("Nothing was done.");
      return 1;
    }
    if (lives) {
      emr.aws().emr().terminateJobFlows(r -> r.jobFlowIds(id));
    }
    String state = emr.cluster(id).status().stateAsString();
    if (json()) {
      Map<String, Object> members = new LinkedHashMap<>();
      members.put("clusterId", id);
      members.put("state", state);
      members.put("endedSteps", lost.stream().map(StepSummary::id).toList());
      print(emr, members);
    } else {
      System.out.println(
          "Cluster %s, %s, %s."
              .formatted(
                  id,
                  cluster.name(),
                  lives
                      ? "is " + state.toLowerCase(Locale.ROOT).replace('_', ' ')
                      : "was over already: " + state));
    }
    return 0;
  }

  private boolean confirmed(Cluster cluster, List<StepSummary> lost) {
    if (!Boolean.getBoolean("escala.stdin.tty")) {
      throw new ParameterException(
          spec().commandLine(), "there is no terminal to ask on; add --yes to end " + id);
    }
    lost.forEach(
        step ->
            System.err.println(
                "  ends step " + step.id() + ", " + step.name() + ", " + step.status().state()));
    System.err.print(
        "End cluster %s, %s, %s? [y/N] "
            .formatted(id, cluster.name(), cluster.status().stateAsString()));
    System.err.flush();
    try {
      String answer =
          new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())).readLine();
      return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
