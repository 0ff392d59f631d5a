package io.escala.server;

import java.util.concurrent.atomic.AtomicLong;

/** How many bytes of bodies are in memory, over all requests. */
final class Bodies {
  private final long limit;
  private final AtomicLong buffered = new AtomicLong();

  Bodies(long limit) {
    this.limit = limit;
  }

  /** False if that would be too many. */
  boolean take(int bytes) {
    if (buffered.addAndGet(bytes) <= limit) {
      return true;
    }
    buffered.addAndGet(-bytes);
    return false;
  }

  void give(int bytes) {
    buffered.addAndGet(-bytes);
  }

  long buffered() {
    return buffered.get();
  }
}
