package io.escala.cli.kubernetes;

import io.escala.cli.Terminal;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Back to what served before. */
@Command(
    name = "rollback",
    mixinStandardHelpOptions = true,
    description = {
      "Returns the inference server in Kubernetes to an earlier revision of its release and waits until that answers, as `helm rollback --wait` does.",
      "The next `cdk deploy` of EscalaServing releases what the configuration says again: change it too, to stay."
    },
    footer = {
      "",
      "Examples:",
      "  ./escala rollout status         which revisions there are",
      "  ./escala rollback               the last one before this",
      "  ./escala rollback --revision 2"
    })
public final class Rollback implements Callable<Integer> {
  @Mixin private Target target;

  @Option(
      names = "--revision",
      paramLabel = "N",
      description = "Which one. Without it: the last that was deployed before.")
  private Optional<Integer> revision = Optional.empty();

  @Override
  public Integer call() {
    Cluster cluster = target.cluster();
    Terminal terminal = Terminal.standard();
    terminal.progress("rolling back in " + cluster.where());
    cluster.rollback(revision);
    Cluster.Revision now = cluster.revisions().get(cluster.revisions().size() - 1);
    terminal.line(
        "Revision %d is deployed: %s. %s"
            .formatted(now.number(), now.description(), cluster.rollout()));
    return 0;
  }
}
