package io.escala.localaws.emr;

import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Steps that end when and how a test says. */
final class FakeSteps implements StepRunner {
  private final BlockingQueue<FakeStep> started = new LinkedBlockingQueue<>();

  static final class FakeStep implements Running {
    final Step step;
    private final CountDownLatch over = new CountDownLatch(1);
    private Optional<Step.Failure> failure = Optional.empty();

    FakeStep(Step step) {
      this.step = step;
    }

    void succeed() {
      over.countDown();
    }

    void fail(String why) {
      failure = Optional.of(new Step.Failure("exit code 1", why, "s3://logs/stderr"));
      over.countDown();
    }

    @Override
    public Optional<Step.Failure> await() throws InterruptedException {
      over.await();
      return failure;
    }

    @Override
    public void stop() {
      fail("killed");
    }
  }

  @Override
  public Running start(ClusterRecord cluster, Step step) {
    FakeStep running = new FakeStep(step);
    started.add(running);
    return running;
  }

  FakeStep next() throws InterruptedException {
    FakeStep step = started.poll(10, TimeUnit.SECONDS);
    if (step == null) {
      throw new AssertionError("no step was started within 10 seconds");
    }
    return step;
  }
}
