package io.escala.cli.emr;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.escala.cli.AwsFailure;
import io.escala.cli.Interruption;
import io.escala.cli.Pause;
import io.escala.cli.Terminal;
import io.escala.cli.UserException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.emr.model.Cluster;
import software.amazon.awssdk.services.emr.model.ClusterState;
import software.amazon.awssdk.services.emr.model.Step;
import software.amazon.awssdk.services.emr.model.StepState;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Follows a step to its end. It only looks: the step neither knows nor cares. When the answers stop
 * coming it waits and goes on where it was.
 */
final class Follow {
  private static final String MARK = "[escala] ";
  private static final Duration SAID_AGAIN = Duration.ofSeconds(10);

  private final Emr emr;
  private final Terminal terminal;
  private final boolean bar;
  private final Duration patience;
  private String phase = "";
  private String shown = "";
  private Instant shownAt = Instant.EPOCH;
  private Instant lookedAt = Instant.EPOCH;
  private boolean causeSaid;

  /**
   * @param bar whether progress changes in place; else it is a line now and then
   * @param patience how long to wait for an answer that does not come
   */
  Follow(Emr emr, Terminal terminal, boolean bar, Duration patience) {
    this.emr = emr;
    this.terminal = terminal;
    this.bar = bar;
    this.patience = patience;
  }

  /**
   * Shows how the step gets on until it is over, then its figures or why it failed.
   *
   * @throws UserException when AWS gives no answer for too long, or refuses one
   */
  Outcome follow(String clusterId, String stepId) {
    Thread hook = new Thread(() -> sayGoodbye(clusterId, stepId));
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return end(clusterId, awaitEnd(clusterId, stepId));
    } finally {
      Interruption.callOff(hook);
    }
  }

  private Step awaitEnd(String clusterId, String stepId) {
    Instant silentSince = null;
    while (true) {
      try {
        Optional<Step> over = look(clusterId, stepId);
        if (over.isPresent()) {
          return over.get();
        }
        if (silentSince != null) {
          terminal.line("The connection is back");
          silentSince = null;
        }
      } catch (SdkException e) {
        if (!AwsFailure.isPassing(e)) {
          throw e;
        }
        Instant now = Instant.now();
        if (silentSince == null) {
          silentSince = now;
          terminal.line("No answer; trying again. The step goes on without us");
        } else if (Duration.between(silentSince, now).compareTo(patience) > 0) {
          throw new UserException(
              AwsFailure.of(e, emr.target()).getMessage()
                  + ". The step goes on; to follow it again: "
                  + again("watch", clusterId, stepId),
              e);
        }
      }
      Pause.millis(emr.target().isNear() ? 400 : 2_000);
    }
  }

  /** One look; the step when it is over. EMR is asked less often than the job's own file. */
  private Optional<Step> look(String clusterId, String stepId) {
    Step step = emr.step(clusterId, stepId);
    StepState state = step.status().state();
    if (state == StepState.COMPLETED || Emr.FAILURES.contains(state)) {
      return Optional.of(step);
    }
    if (state == StepState.RUNNING) {
      phase("step " + step.name() + " runs");
      Optional<RunStatus> told = RunStatus.of(emr.aws(), step);
      if (told.isPresent() && told.get().isFailed()) {
        sayCause(step, told.get().error().orElse("no reason given"));
      } else if (told.isPresent()) {
        told.get().bar().ifPresent(text -> progress(told.get().step().orElseThrow(), text));
      } else if (JobCall.of(step.config().args()).status().isEmpty()) {
        lastLogged(clusterId, step).ifPresent(line -> progress(line, line));
      }
      return Optional.empty();
    }
    Cluster cluster = emr.cluster(clusterId);
    ClusterState clusterState = cluster.status().state();
    if (clusterState == ClusterState.TERMINATED
        || clusterState == ClusterState.TERMINATED_WITH_ERRORS) {
      // the step was read before the cluster: what it is now it stays
      return Optional.of(emr.step(clusterId, stepId));
    }
    phase(
        "cluster %s: %s, step %s waits"
            .formatted(clusterId, clusterState.toString().toLowerCase(Locale.ROOT), step.name()));
    return Optional.empty();
  }

  private Outcome end(String clusterId, Step step) {
    Optional<RunStatus> told = RunStatus.of(emr.aws(), step);
    String took =
        Optional.ofNullable(Times.seconds(step.status().timeline()))
            .map(seconds -> String.format(Locale.ROOT, " after %.1f s", seconds))
            .orElse("");
    if (step.status().state() == StepState.COMPLETED) {
      terminal.line("step " + step.name() + " completed" + took);
      Map<String, Object> metrics = metrics(step);
      metrics.forEach(
          (name, value) ->
              terminal.line(String.format(Locale.ROOT, "  %-18s %s", name, shown(value))));
      return new Outcome(clusterId, step, Optional.empty(), metrics);
    }
    String cause = Cause.of(emr, emr.cluster(clusterId), step, told);
    if (step.status().state() == StepState.FAILED) {
      sayCause(step, cause);
    }
    terminal.line(
        "step %s %s%s. More: %s"
            .formatted(
                step.name(),
                step.status().stateAsString().toLowerCase(Locale.ROOT),
                took,
                again("logs", clusterId, step.id())));
    return new Outcome(clusterId, step, Optional.of(cause), Map.of());
  }

  private void sayCause(Step step, String cause) {
    if (!causeSaid) {
      causeSaid = true;
      terminal.line("step " + step.name() + " failed: " + cause);
    }
  }

  /** The last progress line of a step that nobody asked for a status file, where logs are live. */
  private Optional<String> lastLogged(String clusterId, Step step) {
    if (!emr.target().isNear() && Instant.now().isBefore(lookedAt.plusSeconds(30))) {
      return Optional.empty();
    }
    lookedAt = Instant.now();
    try {
      return StepLogs.of(emr, emr.cluster(clusterId), step)
          .file("stderr")
          .flatMap(
              file ->
                  file.lines().stream()
                      .filter(line -> line.startsWith(MARK))
                      .reduce((first, second) -> second))
          .map(line -> line.substring(MARK.length()));
    } catch (S3Exception e) {
      return Optional.empty();
    }
  }

  /** The figures in the file that {@code train} writes beside its results. */
  private Map<String, Object> metrics(Step step) {
    Map<String, Object> metrics = new LinkedHashMap<>();
    try {
      JobCall.of(step.config().args())
          .output()
          .map(output -> output.below("metrics.json"))
          .flatMap(at -> emr.aws().text(at.bucket(), at.key()))
          .ifPresent(text -> figures(text, metrics));
    } catch (S3Exception e) {
      terminal.line("the figures cannot be read: " + AwsFailure.of(e, emr.target()).getMessage());
    }
    return metrics;
  }

  private static void figures(String text, Map<String, Object> metrics) {
    try {
      JsonNode json = EmrCommand.JSON.readTree(text);
      json.path("rows")
          .properties()
          .forEach(entry -> metrics.put("rows." + entry.getKey(), entry.getValue().numberValue()));
      json.properties().stream()
          .filter(entry -> entry.getValue().isNumber())
          .forEach(entry -> metrics.put(entry.getKey(), entry.getValue().numberValue()));
    } catch (JsonProcessingException e) {
      throw new UserException("metrics.json is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static String shown(Object value) {
    return value instanceof Double number
        ? String.format(Locale.ROOT, "%.4f", number)
        : value.toString();
  }

  /** A new phase is a line that stays. */
  private void phase(String text) {
    if (!text.equals(phase)) {
      phase = text;
      terminal.line(text);
    }
  }

  /**
   * @param what is being done: in a log it is told when it changes and every ten seconds
   */
  private void progress(String what, String text) {
    Instant now = Instant.now();
    if (bar) {
      terminal.progress(text);
    } else if (!what.equals(shown) || now.isAfter(shownAt.plus(SAID_AGAIN))) {
      terminal.progress(text);
      shown = what;
      shownAt = now;
    }
  }

  private void sayGoodbye(String clusterId, String stepId) {
    System.err.println(
        "%nThe step goes on. To follow it again: %s; to end it: %s"
            .formatted(again("watch", clusterId, stepId), again("cancel", clusterId, stepId)));
  }

  private String again(String command, String clusterId, String stepId) {
    return Hint.command(emr.target(), command + " " + stepId + " --cluster " + clusterId);
  }
}
