package io.escala.server;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what happens in the background. */
final class Eventually {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private Eventually() {}

  static void isTrue(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("did not happen within " + LIMIT);
      }
      Thread.sleep(20);
    }
  }
}
