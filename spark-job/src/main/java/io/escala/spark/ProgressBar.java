package io.escala.spark;

import java.time.Duration;
import java.util.Locale;

/**
 * How far a step is, in one line of at most 79 characters: {@code fit the trees [#####-----] 50 %
 * 2/4 tasks 0:07}.
 *
 * @param done of the tasks
 * @param tasks at least one
 */
record ProgressBar(String description, int done, int tasks, Duration elapsed) {
  private static final int WIDTH = 79;
  private static final int CELLS = 24;

  String line() {
    int full = (int) ((long) CELLS * done / tasks);
    String state =
        String.format(
            Locale.ROOT,
            " [%s%s] %3d %% %d/%d tasks %d:%02d",
            "#".repeat(full),
            "-".repeat(CELLS - full),
            100L * done / tasks,
            done,
            tasks,
            elapsed.toMinutes(),
            elapsed.toSecondsPart());
    int room = WIDTH - state.length();
    return (description.length() <= room
            ? description
            : description.substring(0, Math.max(0, room - 3)) + "...")
        + state;
  }
}
