package io.escala.localaws.emrserverless;

import io.escala.localaws.emr.SparkRuns;
import io.escala.localaws.process.Worker;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A run under way, on a thread of its own. Every change is saved before anyone sees it. */
final class JobRun {
  private static final String CANCELLED = "CANCELLED";

  private final Supplier<SparkRuns.Run> starter;
  private final Duration limit;
  private final Consumer<JobRunRecord> save;
  private JobRunRecord record;
  private SparkRuns.Run run;
  private String cancelled;
  private boolean closed;
  private Worker thread;

  /**
   * @param limit after how long it is cancelled; zero for never
   */
  JobRun(
      JobRunRecord record,
      Supplier<SparkRuns.Run> starter,
      Duration limit,
      Consumer<JobRunRecord> save) {
    this.record = record;
    this.starter = starter;
    this.limit = limit;
    this.save = save;
  }

  synchronized JobRunRecord record() {
    return record;
  }

  synchronized void start() {
    save.accept(record);
    thread = Worker.start("emr-serverless-" + record.id(), this::live);
  }

  /** Ends it; done when it is over. */
  synchronized void cancel(String why) {
    if (record.isOver() || cancelled != null) {
      return;
    }
    cancelled = why;
    change("CANCELLING", why);
    if (run != null) {
      run.stop();
    }
  }

  /** Stops without an end, as a crash does: the next start finds it. */
  void close() {
    Worker waitFor;
    synchronized (this) {
      closed = true;
      if (run != null) {
        run.stop();
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
      synchronized (this) {
        if (closed) {
          return;
        }
        if (cancelled != null) {
          change(CANCELLED, cancelled);
          return;
        }
        run = starter.get();
        change("RUNNING", "");
      }
      if (!limit.isZero()) {
        Worker.start("emr-serverless-limit-" + record().id(), this::watch);
      }
      Optional<String> failure = run.await();
      synchronized (this) {
        if (closed) {
          return;
        }
        if (cancelled != null) {
          change(CANCELLED, cancelled);
        } else {
          change(failure.isEmpty() ? "SUCCESS" : "FAILED", failure.orElse(""));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      synchronized (this) {
        change("FAILED", "local-aws failed: " + e);
      }
    }
  }

  private synchronized void watch() {
    long end = System.currentTimeMillis() + limit.toMillis();
    try {
      while (!record.isOver() && !closed && System.currentTimeMillis() < end) {
        wait(Math.max(1, end - System.currentTimeMillis()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    if (!closed) {
      cancel("The run took longer than its executionTimeoutMinutes, " + limit.toMinutes());
    }
  }

  private void change(String state, String why) {
    JobRunRecord changed = record.in(state, why, System.currentTimeMillis());
    save.accept(changed);
    record = changed;
    notifyAll();
  }
}
