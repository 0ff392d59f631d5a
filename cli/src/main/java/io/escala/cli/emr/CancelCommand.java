package io.escala.cli.emr;

import io.escala.cli.UserException;
import io.escala.cli.Workspace;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import software.amazon.awssdk.services.emr.model.CancelStepsInfo;
import software.amazon.awssdk.services.emr.model.CancelStepsRequestStatus;

/** Cancels a step. */
@Command(
    name = "cancel",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Cancels a step that waits or runs; its cluster goes on.")
public final class CancelCommand extends EmrCommand {
  @Parameters(paramLabel = "STEP", description = "The step, s-….")
  private String step;

  @Option(
      names = "--cluster",
      paramLabel = "ID",
      description = "The step's cluster (default: the newest ones are searched).")
  private String cluster;

  @Override
  int run(Emr emr, Workspace workspace) {
    Emr.Found found = emr.find(step, Optional.ofNullable(cluster));
    CancelStepsInfo answer =
        emr.aws()
            .emr()
            .cancelSteps(r -> r.clusterId(found.clusterId()).stepIds(step))
            .cancelStepsInfoList()
            .get(0);
    if (answer.status() != CancelStepsRequestStatus.SUBMITTED) {
      throw new UserException(
          "step %s is %s and cannot be cancelled%s"
              .formatted(
                  step,
                  found.step().status().stateAsString().toLowerCase(Locale.ROOT),
                  answer.reason() == null ? "" : " (" + answer.reason() + ")"));
    }
    if (json()) {
      Map<String, Object> members = new LinkedHashMap<>();
      members.put("clusterId", found.clusterId());
      members.put("stepId", step);
      members.put("status", answer.statusAsString());
      print(emr, members);
    } else {
      System.out.println(
          "Step %s, %s, is being cancelled. To see it end: %s"
              .formatted(
                  step,
                  found.step().name(),
                  Hint.command(emr.target(), "watch " + step + " --cluster " + found.clusterId())));
    }
    return 0;
  }
}
