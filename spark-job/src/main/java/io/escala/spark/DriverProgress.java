package io.escala.spark;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/**
 * How far a step is that runs on the driver, of which Spark knows nothing: a {@link ProgressBar} in
 * a terminal, now and then a line in a log.
 */
final class DriverProgress implements AutoCloseable {
  private static final long REDRAWN_MILLIS = 200;
  private static final long SAID_MILLIS = 10_000;

  private final String description;
  private final StatusLine line;
  private final PrintWriter log;
  private final long started = System.nanoTime();
  private long lastShown = -SAID_MILLIS;

  /**
   * @param line of a terminal, or null if there is none
   */
  DriverProgress(String description, StatusLine line, PrintWriter log) {
    this.description = description;
    this.line = line;
    this.log = log;
  }

  void done(int done, int tasks) {
    Duration elapsed = Duration.ofNanos(System.nanoTime() - started);
    long sinceShown = elapsed.toMillis() - lastShown;
    if (done < tasks && sinceShown < (line == null ? SAID_MILLIS : REDRAWN_MILLIS)) {
      return;
    }
    lastShown = elapsed.toMillis();
    if (line == null) {
      log.printf(
          Locale.ROOT,
          "[escala] %s: %d/%d batches, %.1f s%n",
          description,
          done,
          tasks,
          elapsed.toMillis() / 1000.0);
    } else {
      line.show(new ProgressBar(description, done, tasks, elapsed).line());
    }
  }

  /** The step has ended, well or not. */
  @Override
  public void close() {
    if (line != null) {
      line.clear();
    }
  }
}
