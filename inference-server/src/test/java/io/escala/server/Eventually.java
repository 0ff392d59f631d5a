package io.escala.server;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what happens in the background. */
final class Eventually {
  private Eventually() {}

  static void isTrue(BooleanSupplier condition) throws InterruptedException {
    isTrue(condition, 10);
  }

  static void isTrue(BooleanSupplier condition, int seconds) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("did not happen within " + seconds + " s");
      }
      Thread.sleep(20);
    }
  }
}
