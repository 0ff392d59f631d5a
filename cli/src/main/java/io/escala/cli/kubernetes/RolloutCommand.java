package io.escala.cli.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.escala.cli.Pause;
import io.escala.cli.Terminal;
import io.escala.cli.UserException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How a rollout goes. */
@Command(
    name = "rollout",
    mixinStandardHelpOptions = true,
    description = "Tells how the rollout of the inference server in Kubernetes goes.",
    synopsisSubcommandLabel = "status",
    subcommands = RolloutCommand.Status.class)
public final class RolloutCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Which one? There is: rollout status");
  }

  @Command(
      name = "status",
      mixinStandardHelpOptions = true,
      description = {
        "Follows the rollout to its end, then shows the pods and the release's history.",
        "On a real cluster it reads what `kubectl rollout status` and `helm history` read."
      },
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {"0:the rollout is complete", "1:it is stuck, or --timeout passed"})
  static final class Status implements Callable<Integer> {
    @Mixin private Target target;

    @Option(
        names = "--timeout",
        paramLabel = "SECONDS",
        defaultValue = "300",
        description = "How long to follow; 0 looks once. Default: ${DEFAULT-VALUE}.")
    private int timeout;

    @Option(names = "--json", description = "Print one JSON object: rollout, pods, revisions.")
    private boolean json;

    @Override
    public Integer call() throws JsonProcessingException {
      Cluster cluster = target.cluster();
      Terminal terminal = Terminal.standard();
      long end = System.nanoTime() + timeout * 1_000_000_000L;
      Cluster.Rollout rollout = cluster.rollout();
      while (!rollout.complete() && rollout.stuck().isEmpty() && System.nanoTime() < end) {
        if (!json) {
          terminal.progress(rollout.toString());
        }
        Pause.millis(500);
        rollout = cluster.rollout();
      }
      if (json) {
        print(cluster, rollout);
      } else {
        show(cluster, rollout, terminal);
      }
      if (rollout.stuck().isPresent()) {
        throw new UserException("the rollout makes no progress: " + rollout.stuck().get());
      }
      if (!rollout.complete()) {
        throw new UserException("the rollout is not complete after " + timeout + " s: " + rollout);
      }
      return 0;
    }

    private static void show(Cluster cluster, Cluster.Rollout rollout, Terminal terminal) {
      terminal.line(
          "%s in %s: %s (%s pods allowed)"
              .formatted(
                  Cluster.NAME,
                  cluster.where(),
                  rollout.complete()
                      ? rollout.available() + " of " + rollout.replicas() + " pods available"
                      : rollout.toString(),
                  cluster.bounds()));
      terminal.line("");
      terminal.line("Pods");
      for (Cluster.Pod pod : cluster.pods()) {
        terminal.line(
            "  %-28s %-12s %-10s %d restarts  %s%s"
                .formatted(
                    pod.name(),
                    pod.state(),
                    pod.ready() ? "ready" : "not ready",
                    pod.restarts(),
                    shortImage(pod.image()),
                    pod.why().isEmpty() ? "" : "  " + pod.why()));
      }
      terminal.line("");
      terminal.line("Revisions of the release");
      for (Cluster.Revision revision : cluster.revisions()) {
        terminal.line(
            "  %-4d %-12s %s  %s"
                .formatted(
                    revision.number(),
                    revision.status(),
                    revision.updated().replaceFirst("\\..*", ""),
                    revision.description()));
      }
    }

    /** The first digits of its digest, as people tell images apart. */
    private static String shortImage(String image) {
      int digest = image.indexOf("sha256:");
      return digest < 0 ? image : image.substring(digest, Math.min(image.length(), digest + 19));
    }

    private static void print(Cluster cluster, Cluster.Rollout rollout)
        throws JsonProcessingException {
      Map<String, Object> now = new LinkedHashMap<>();
      now.put("revision", rollout.revision());
      now.put("replicas", rollout.replicas());
      now.put("updated", rollout.updated());
      now.put("available", rollout.available());
      now.put("old", rollout.old());
      now.put("complete", rollout.complete());
      now.put("stuck", rollout.stuck().orElse(null));
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("rollout", now);
      all.put("pods", List.copyOf(cluster.pods()));
      all.put("revisions", List.copyOf(cluster.revisions()));
      System.out.println(
          new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(all));
    }
  }
}
