package io.escala.cli.emr;

import io.escala.cli.Terminal;
import io.escala.cli.UserException;
import io.escala.cli.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import software.amazon.awssdk.services.emr.model.ActionOnFailure;
import software.amazon.awssdk.services.emr.model.StepConfig;

/** Runs a command of the job as a step of a cluster. */
@Command(
    name = "submit",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs a command of the Spark job as a step of an EMR cluster: of the one that waits, or with --new-cluster of one made for it.",
      "The job's arguments are checked first; its jar is uploaded if it changed; then the step is followed to its end."
    },
    footer = {
      "",
      "Options of this command stand before the job's command, the job's own after it:",
      "  ./escala submit train --input-path s3://B/data/bank.csv --output-path s3://B/results/bank",
      "  ./escala submit --detach --new-cluster generate --rows 1000000 --output-path s3://B/data/rows",
      "  ./escala submit train --help            the job's own help",
      "",
      "Exit codes: 0 completed (with --detach: submitted), 1 failed or cancelled, 2 wrong usage."
    })
public final class SubmitCommand extends EmrCommand {
  @Parameters(
      arity = "1..*",
      paramLabel = "COMMAND",
      description = "A command of the job and its arguments, as of ./escala job.")
  private List<String> job;

  @Option(
      names = "--cluster",
      paramLabel = "ID",
      description = "The cluster (default: that of stack EscalaSpark, or the one that waits).")
  private String cluster;

  @Option(
      names = "--new-cluster",
      description =
          "Make a cluster like that of stack EscalaSpark, which ends with the step. On AWS it costs what its machines cost.")
  private boolean newCluster;

  @Option(names = "--detach", description = "Print the ids and end; ./escala watch follows.")
  private boolean detach;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "A setting of Spark, such as spark.driver.memory=4g. Any number of times.")
  private List<String> conf = List.of();

  @Option(
      names = "--folder",
      paramLabel = "S3",
      description =
          "Where jar and progress go, which the cluster must be able to read and write (default: data/submitted in the bucket of stack EscalaStorage).")
  private String folder;

  @Override
  int run(Emr emr, Workspace workspace) {
    JobArguments arguments = new JobArguments(job);
    if (arguments.isHelp()) {
      return arguments.check(workspace);
    }
    checkUsage(arguments);
    int checked = arguments.check(workspace);
    if (checked != 0) {
      return checked;
    }
    S3Address place = place(emr);
    Optional<TwinCluster> twin =
        newCluster ? Optional.of(TwinCluster.ofDeployed(emr)) : Optional.empty();
    String existing =
        newCluster ? null : cluster == null ? Choice.cluster(emr) : Choice.named(emr, cluster);

    Terminal terminal = terminal();
    JobJar jar = JobJar.of(Path.of(workspace.root().toString(), JobArguments.JAR));
    S3Address at = jar.in(place);
    boolean uploaded = jar.upload(emr.aws().s3(), at);
    terminal.line("jar " + at + (uploaded ? " uploaded" : " is there, unchanged"));

    StepConfig step = step(arguments, at, place.below("runs").below(UUID.randomUUID() + ".json"));
    String clusterId;
    String stepId;
    if (twin.isPresent()) {
      clusterId = twin.get().run(step);
      stepId = emr.newestStepOf(clusterId).step().id();
      terminal.line("cluster " + clusterId + " is made for it and ends with it");
    } else {
      clusterId = existing;
      stepId =
          emr.aws().emr().addJobFlowSteps(r -> r.jobFlowId(existing).steps(step)).stepIds().get(0);
    }
    terminal.line("step " + stepId + ", " + step.name() + ", submitted to cluster " + clusterId);
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("clusterId", clusterId);
    members.put("stepId", stepId);
    members.put("jar", at.toString());
    members.put("jarUploaded", uploaded);
    int exit = 0;
    if (detach) {
      terminal.line(
          "To follow it: "
              + Hint.command(emr.target(), "watch " + stepId + " --cluster " + clusterId));
    } else {
      Outcome outcome = follow(emr, Duration.ofMinutes(15)).follow(clusterId, stepId);
      members.putAll(outcome.json());
      exit = outcome.isGood() ? 0 : 1;
    }
    if (json()) {
      print(emr, members);
    }
    return exit;
  }

  private void checkUsage(JobArguments arguments) {
    if (newCluster && cluster != null) {
      throw wrong("--new-cluster and --cluster " + cluster + " are two clusters; name one");
    }
    for (String setting : conf) {
      if (!setting.matches("spark\\.[^=]+=.*")) {
        throw wrong("--conf is " + setting + ", but must be as in spark.driver.memory=4g");
      }
    }
    if (folder != null && S3Address.of(folder).filter(at -> !at.key().isEmpty()).isEmpty()) {
      throw wrong("--folder is " + folder + ", but must be one such as s3://bucket/folder");
    }
    arguments
        .unreachable()
        .ifPresent(
            why -> {
              throw wrong(why);
            });
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec().commandLine(), message);
  }

  private S3Address place(Emr emr) {
    if (folder != null) {
      return S3Address.of(folder).orElseThrow();
    }
    return Optional.ofNullable(emr.aws().outputs("EscalaStorage").get("BucketName"))
        // the folder of the bucket that the cluster's role may read and write
        .map(bucket -> new S3Address(bucket, "data/submitted"))
        .orElseThrow(
            () ->
                new UserException(
                    "there is no stack EscalaStorage here, whose bucket would take the jar; name a place that the cluster can read and write: --folder s3://bucket/folder"));
  }

  private StepConfig step(JobArguments arguments, S3Address jar, S3Address status) {
    List<String> submit = new ArrayList<>();
    submit.addAll(
        List.of("spark-submit", "--deploy-mode", "cluster", "--class", "io.escala.spark.SparkJob"));
    conf.forEach(setting -> submit.addAll(List.of("--conf", setting)));
    submit.addAll(List.of("--conf", JobCall.STATUS + "=" + status));
    submit.add(jar.toString());
    submit.addAll(arguments.words());
    return StepConfig.builder()
        .name(arguments.command())
        // others' steps on a shared cluster go on; a cluster of its own is over, and says so
        .actionOnFailure(newCluster ? ActionOnFailure.TERMINATE_CLUSTER : ActionOnFailure.CONTINUE)
        .hadoopJarStep(h -> h.jar("command-runner.jar").args(submit))
        .build();
  }
}
