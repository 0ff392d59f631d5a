package io.escala.localaws.emr;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What YARN does to an application that is older than its queue allows: ends it, whoever submitted
 * it.
 */
final class Lifetime implements AutoCloseable {
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile boolean exceeded;

  private Lifetime() {}

  /**
   * Watches a step until this is closed.
   *
   * @param seconds how long it may run; 0 for as long as it likes
   */
  static Lifetime of(long seconds, StepRunner.Running step) {
    Lifetime lifetime = new Lifetime();
    if (seconds > 0) {
      Thread watch = new Thread(() -> lifetime.watch(seconds, step), "emr-lifetime");
      watch.setDaemon(true);
      watch.start();
    }
    return lifetime;
  }

  boolean exceeded() {
    return exceeded;
  }

  @Override
  public void close() {
    over.countDown();
  }

  private void watch(long seconds, StepRunner.Running step) {
    try {
      if (!over.await(seconds, TimeUnit.SECONDS)) {
        exceeded = true;
        step.stop();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
