package io.escala.cli.kubernetes;

import io.escala.cli.Pause;
import io.escala.cli.Terminal;
import io.escala.cli.UserException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How many replicas there may be. */
@Command(
    name = "scale",
    mixinStandardHelpOptions = true,
    description = {
      "Sets between which numbers the autoscaler keeps the replicas of the inference server in Kubernetes, and waits until they are so many.",
      "On this machine nothing scales by load: there are as many as before, within the bounds. The next `cdk deploy` of EscalaServing sets kubernetes.serving.minReplicas and maxReplicas again."
    })
public final class Scale implements Callable<Integer> {
  private static final int SECONDS = 300;

  @Spec private CommandSpec spec;
  @Mixin private Target target;

  @Option(names = "--min", required = true, paramLabel = "N", description = "At least so many.")
  private int min;

  @Option(names = "--max", required = true, paramLabel = "N", description = "At most so many.")
  private int max;

  @Override
  public Integer call() {
    if (min < 1 || max < min) {
      throw new ParameterException(
          spec.commandLine(),
          "--min %d --max %d: there must be 1 <= min <= max".formatted(min, max));
    }
    Cluster cluster = target.cluster();
    Terminal terminal = Terminal.standard();
    cluster.scale(min, max);
    long end = System.nanoTime() + SECONDS * 1_000_000_000L;
    Cluster.Rollout now = cluster.rollout();
    while (!(now.complete() && now.replicas() >= min && now.replicas() <= max)) {
      if (System.nanoTime() > end) {
        throw new UserException("the bounds are set, but after %d s: %s".formatted(SECONDS, now));
      }
      terminal.progress(now.toString());
      Pause.millis(500);
      now = cluster.rollout();
    }
    terminal.line("%d pods are available; %s allowed".formatted(now.available(), cluster.bounds()));
    return 0;
  }
}
