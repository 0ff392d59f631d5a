package io.escala.localaws.emr;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.http.AwsException;
import io.escala.localaws.process.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A cluster that lives: it runs its steps in order, one at a time, on a thread of its own, and ends
 * as EMR says a cluster ends. Every change is saved before anyone sees it.
 */
final class Cluster {
  private final StepRunner runner;
  private final Consumer<ClusterRecord> save;
  private final Function<ClusterRecord, Optional<String>> bootFailure;
  private ClusterRecord record;
  private StepRunner.Running running;
  private String cancelRunning;
  private boolean closed;
  private Worker thread;

  /**
   * @param bootFailure why the machines of a cluster do not come up; empty when they do
   */
  Cluster(
      ClusterRecord record,
      StepRunner runner,
      Consumer<ClusterRecord> save,
      Function<ClusterRecord, Optional<String>> bootFailure) {
    this.record = record;
    this.runner = runner;
    this.save = save;
    this.bootFailure = bootFailure;
  }

  synchronized ClusterRecord record() {
    return record;
  }

  synchronized void start() {
    change(record -> record);
    if (!record.over()) {
      thread = Worker.start("emr-" + record.id(), this::live);
    }
  }

  synchronized void add(List<Step> steps) {
    if (record.over() || record.state().equals("TERMINATING")) {
      throw new AwsException(
          400,
          "ValidationException",
          "A job flow that is shutting down, terminated, or finished may not be modified: "
              + record.id()
              + " is "
              + record.state());
    }
    List<Step> all = new ArrayList<>(record.steps());
    all.addAll(steps);
    change(record -> record.with(all));
    notifyAll();
  }

  /** Cancels a step; says whether that could be done. */
  synchronized boolean cancel(String stepId) {
    Optional<Step> step = record.steps().stream().filter(s -> s.id().equals(stepId)).findFirst();
    if (step.isPresent() && step.get().pending()) {
      replace(step.get().cancelled("Cancelled by user", now()));
      return true;
    }
    if (step.isPresent() && step.get().isRunning() && running != null) {
      cancelRunning = "Cancelled by user";
      running.stop();
      return true;
    }
    return false;
  }

  /**
   * Goes on as another request says: after what time without work it ends, its tags, the bounds of
   * its machines.
   *
   * @param request with nothing new but what EMR changes while a cluster runs
   */
  synchronized void goOnAs(ObjectNode request) {
    ObjectNode kept = request.deepCopy();
    kept.remove("Steps");
    change(record -> record.as(kept));
  }

  private long idleMillis() {
    return 1000L * record.request().path("AutoTerminationPolicy").path("IdleTimeout").asLong(0);
  }

  synchronized void protect(boolean on) {
    change(record -> record.protectedFromTermination(on));
  }

  /** Ends the cluster and what runs on it; done when it is over already. */
  synchronized void terminate(String reason) {
    if (record.over() || record.state().equals("TERMINATING")) {
      return;
    }
    change(record -> record.in("TERMINATING", "USER_REQUEST", reason));
    cancelRunning = "Job terminated";
    if (running != null) {
      running.stop();
    }
    notifyAll();
  }

  /** Waits until the cluster has reached a state. */
  synchronized void await(java.util.function.Predicate<ClusterRecord> reached)
      throws InterruptedException {
    while (!reached.test(record) && !closed) {
      wait();
    }
  }

  /** Stops without an end, as a crash does: what ran is found at the next start. */
  void close() {
    Worker waitFor;
    synchronized (this) {
      closed = true;
      if (running != null) {
        running.stop();
      }
      notifyAll();
      waitFor = thread;
    }
    if (waitFor != null) {
      waitFor.awaitEnd();
    }
  }

  private void live() {
    try {
      boot();
      for (Optional<Step> step = nextStep(); step.isPresent(); step = nextStep()) {
        run(step.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      synchronized (this) {
        end("TERMINATED_WITH_ERRORS", "INTERNAL_ERROR", "local-aws failed: " + e);
      }
    }
  }

  private synchronized void boot() {
    if (record.state().equals("STARTING")) {
      change(record -> record.in("BOOTSTRAPPING", null, null));
    }
    if (record.state().equals("BOOTSTRAPPING")) {
      Optional<String> failure = bootFailure.apply(record);
      if (failure.isPresent()) {
        end("TERMINATED_WITH_ERRORS", "BOOTSTRAP_FAILURE", failure.get());
        return;
      }
      boolean idle = record.steps().isEmpty();
      change(record -> record.in(idle ? "WAITING" : "RUNNING", null, null).readyAt(now()));
    }
  }

  /** Waits for a step to run; empty when the cluster is over. */
  private synchronized Optional<Step> nextStep() throws InterruptedException {
    long idleSince = now();
    while (!closed && !record.over()) {
      Optional<Step> next = record.steps().stream().filter(Step::pending).findFirst();
      if (record.state().equals("TERMINATING")) {
        boolean failed = "STEP_FAILURE".equals(record.reasonCode());
        end(failed ? "TERMINATED_WITH_ERRORS" : "TERMINATED", record.reasonCode(), record.reason());
      } else if (next.isPresent()) {
        Step step = next.get().running(now());
        cancelRunning = null;
        change(record -> record.in("RUNNING", null, null));
        replace(step);
        return Optional.of(step);
      } else if (!record.keptAliveWithoutSteps()) {
        boolean failures = record.steps().stream().anyMatch(step -> step.state().equals("FAILED"));
        end(
            "TERMINATED",
            "ALL_STEPS_COMPLETED",
            failures ? "Steps completed with errors" : "Steps completed");
      } else {
        if (!record.state().equals("WAITING")) {
          change(record -> record.in("WAITING", null, "Cluster ready after last step completed."));
        }
        long idleMillis = idleMillis();
        if (idleMillis == 0) {
          wait();
        } else if (now() - idleSince < idleMillis) {
          wait(idleMillis - (now() - idleSince));
        } else {
          end("TERMINATED", "USER_REQUEST", "Idle for " + idleMillis / 1000 + " seconds");
        }
      }
    }
    return Optional.empty();
  }

  private void run(Step step) throws InterruptedException {
    StepRunner.Running run;
    synchronized (this) {
      if (closed) {
        return;
      }
      run = runner.start(record, step);
      running = run;
      if (cancelRunning != null) {
        run.stop();
      }
    }
    long seconds = EmrConfigurations.lifetimeSeconds(record().request());
    Optional<Step.Failure> failure;
    boolean late;
    try (Lifetime lifetime = Lifetime.of(seconds, run)) {
      failure = run.await();
      late = lifetime.exceeded();
    }
    synchronized (this) {
      running = null;
      if (closed) {
        return;
      }
      if (cancelRunning != null) {
        replace(step.cancelled(cancelRunning, now()));
      } else if (failure.isEmpty()) {
        replace(step.completed(now()));
      } else {
        replace(step.failed(late ? tooLong(failure.get(), seconds) : failure.get(), now()));
        afterFailure(step);
      }
    }
  }

  private static Step.Failure tooLong(Step.Failure killed, long seconds) {
    return new Step.Failure(
        "Application killed",
        "The application ran longer than "
            + seconds
            + " seconds, the lifetime that the cluster's capacity-scheduler allows",
        killed.logFile());
  }

  private void afterFailure(Step step) {
    switch (step.actionOnFailure()) {
      case "CONTINUE" -> {}
      case "CANCEL_AND_WAIT" ->
          cancelPending("Cancelled after the step " + step.name() + " failed");
      default -> {
        cancelPending("Job terminated");
        if (!record.terminationProtected()) {
          change(record -> record.in("TERMINATING", "STEP_FAILURE", "Shut down as step failed"));
        }
      }
    }
  }

  private void end(String state, String code, String why) {
    cancelPending("Job terminated");
    change(record -> record.in(state, code, why).endedAt(now()));
  }

  private void cancelPending(String why) {
    change(
        record ->
            record.with(
                record.steps().stream()
                    .map(step -> step.pending() ? step.cancelled(why, now()) : step)
                    .toList()));
  }

  private void replace(Step step) {
    change(
        record ->
            record.with(
                record.steps().stream()
                    .map(each -> each.id().equals(step.id()) ? step : each)
                    .toList()));
  }

  private void change(UnaryOperator<ClusterRecord> change) {
    ClusterRecord changed = change.apply(record);
    save.accept(changed);
    record = changed;
    notifyAll();
  }

  private static long now() {
    return System.currentTimeMillis();
  }
}
