package io.escala.localaws.states;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A time that passes as soon as somebody waits for it. */
final class FakeTimer implements Timer {
  private Instant now = Instant.parse("2026-03-01T00:00:00Z");
  private final List<Duration> waits = new ArrayList<>();

  @Override
  public synchronized Instant now() {
    return now;
  }

  @Override
  @SuppressWarnings("WaitNotInLoop") // who waits looks at the time again
  public void await(Object lock, Duration wait) throws InterruptedException {
    synchronized (this) {
      now = now.plus(wait);
      waits.add(wait);
    }
    lock.wait(1);
  }

  /** The waits of a second and more. */
  synchronized List<Long> secondsWaited() {
    return waits.stream().map(Duration::toSeconds).filter(seconds -> seconds > 0).toList();
  }
}
