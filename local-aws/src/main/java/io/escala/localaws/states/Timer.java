package io.escala.localaws.states;

import java.time.Duration;
import java.time.Instant;

/** The time that executions go by. */
interface Timer {
  /** That of the machine. */
  Timer REAL =
      new Timer() {
        @Override
        public Instant now() {
          return Instant.now();
        }

        @Override
        @SuppressWarnings("WaitNotInLoop") // who waits looks at the time again
        public void await(Object lock, Duration wait) throws InterruptedException {
          lock.wait(Math.max(1, wait.toMillis()));
        }
      };

  Instant now();

  /** Waits on a lock that the caller holds, until it is notified or the time is over. */
  void await(Object lock, Duration wait) throws InterruptedException;
}
