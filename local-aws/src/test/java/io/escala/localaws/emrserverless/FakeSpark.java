package io.escala.localaws.emrserverless;

import io.escala.localaws.emr.SparkRuns;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Runs that end when and how a test says. */
final class FakeSpark implements SparkRuns {
  private final BlockingQueue<FakeRun> started = new LinkedBlockingQueue<>();

  static final class FakeRun implements Run {
    final List<String> arguments;
    final Map<String, String> defaults;
    final Logs logs;
    private final CountDownLatch over = new CountDownLatch(1);
    private Optional<String> failure = Optional.empty();

    FakeRun(List<String> arguments, Map<String, String> defaults, Logs logs) {
      this.arguments = arguments;
      this.defaults = defaults;
      this.logs = logs;
    }

    void succeed() {
      over.countDown();
    }

    void fail(String why) {
      failure = Optional.of(why);
      over.countDown();
    }

    @Override
    public Optional<String> await() throws InterruptedException {
      over.await();
      return failure;
    }

    @Override
    public void stop() {
      fail("killed");
    }
  }

  @Override
  public Run start(String id, List<String> arguments, Map<String, String> defaults, Logs logs) {
    FakeRun run = new FakeRun(arguments, defaults, logs);
    started.add(run);
    return run;
  }

  FakeRun next() throws InterruptedException {
    FakeRun run = started.poll(10, TimeUnit.SECONDS);
    if (run == null) {
      throw new AssertionError("no run was started within 10 seconds");
    }
    return run;
  }
}
