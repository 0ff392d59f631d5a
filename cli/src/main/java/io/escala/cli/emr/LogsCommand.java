package io.escala.cli.emr;

import io.escala.cli.UserException;
import io.escala.cli.Workspace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import software.amazon.awssdk.services.emr.model.Cluster;
import software.amazon.awssdk.services.emr.model.Step;
import software.amazon.awssdk.services.emr.model.StepState;

/** Shows why a step failed and what it said. */
@Command(
    name = "logs",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Tells in its first line why a step failed, then what the job itself said last.",
      "On AWS the files come some minutes late; the first line does not wait for them."
    },
    footer = {"", "Without an id: the step that runs, or the one that ran last."})
public final class LogsCommand extends EmrCommand {
  private static final int LAST = 20;

  @Parameters(arity = "0..1", paramLabel = "STEP", description = "A step, s-….")
  private String id;

  @Option(
      names = "--cluster",
      paramLabel = "ID",
      description = "The step's cluster (default: the newest ones are searched).")
  private String cluster;

  @Option(names = "--all", description = "Print every log file of the step whole.")
  private boolean all;

  @Override
  int run(Emr emr, Workspace workspace) {
    Emr.Found found = emr.choose(id, cluster);
    Step step = found.step();
    Cluster of = emr.cluster(found.clusterId());
    StepState state = step.status().state();
    Optional<String> cause =
        Emr.FAILURES.contains(state)
            ? Optional.of(Cause.of(emr, of, step, RunStatus.of(emr.aws(), step)))
            : Optional.empty();
    StepLogs logs = StepLogs.of(emr, of, step);
    List<StepLogs.LogFile> files =
        all
            ? logs.all()
            : Stream.of(logs.stderr(), logs.stdout()).flatMap(Optional::stream).toList();
    if (json()) {
      print(emr, json(found, cause, files));
      return 0;
    }
    System.out.println(
        cause
            .map(
                why ->
                    "step %s %s: %s"
                        .formatted(
                            step.name(),
                            step.status().stateAsString().toLowerCase(Locale.ROOT),
                            why))
            .orElseGet(
                () ->
                    "step %s is %s"
                        .formatted(
                            step.name(), step.status().stateAsString().toLowerCase(Locale.ROOT))));
    if (files.isEmpty()) {
      System.out.println(missing(logs, step));
    }
    for (StepLogs.LogFile file : files) {
      show(file);
    }
    return 0;
  }

  private void show(StepLogs.LogFile file) {
    List<String> lines = all ? file.lines() : last(file.lines());
    if (all || !lines.isEmpty()) {
      System.out.println();
      System.out.println("-- " + file.name() + ", " + file.uri());
      lines.forEach(System.out::println);
    }
  }

  private static List<String> last(List<String> lines) {
    List<String> said = lines.stream().filter(RootCause::isSaidByTheJob).toList();
    return said.subList(Math.max(0, said.size() - LAST), said.size());
  }

  private static String missing(StepLogs logs, Step step) {
    if (step.status().timeline().startDateTime() == null) {
      return "It did not begin to run, so it has no log.";
    }
    return logs.folder()
        .map(
            folder ->
                "EMR has not delivered its log yet: it does so every few minutes and when the step is over, to "
                    + folder)
        .orElseThrow(
            () ->
                new UserException(
                    "the cluster keeps no logs: it was made without LogUri, and what the step said is lost with it"));
  }

  private Map<String, Object> json(
      Emr.Found found, Optional<String> cause, List<StepLogs.LogFile> files) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("clusterId", found.clusterId());
    json.put("stepId", found.step().id());
    json.put("name", found.step().name());
    json.put("state", found.step().status().stateAsString());
    json.put("cause", cause.orElse(null));
    List<Map<String, Object>> each = new ArrayList<>();
    for (StepLogs.LogFile file : files) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("name", file.name());
      entry.put("uri", file.uri());
      entry.put("lines", all ? file.lines() : last(file.lines()));
      each.add(entry);
    }
    json.put("files", each);
    return json;
  }
}
