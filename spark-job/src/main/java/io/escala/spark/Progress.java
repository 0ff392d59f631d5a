package io.escala.spark;

import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.StageInfo;

/**
 * One line for each stage when it ends, such as {@code [escala] read rows: stage 0, 2/2 tasks, 0.8
 * s}; a stage that takes longer also says every few seconds how far it is.
 */
final class Progress extends SparkListener {
  private static final long INTERVAL_MILLIS = 3_000;

  private final PrintWriter out;
  private final Map<Integer, Stage> running = new HashMap<>();

  Progress(PrintWriter out) {
    this.out = out;
  }

  @Override
  public synchronized void onStageSubmitted(SparkListenerStageSubmitted event) {
    StageInfo info = event.stageInfo();
    String described =
        event.properties() == null ? null : event.properties().getProperty("spark.job.description");
    running.put(
        info.stageId(), new Stage(described == null ? info.name() : described, info.numTasks()));
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd event) {
    Stage stage = running.get(event.stageId());
    if (stage == null || !event.taskInfo().successful()) {
      return;
    }
    stage.done++;
    long now = System.currentTimeMillis();
    if (stage.done < stage.tasks && now - stage.lastSaid >= INTERVAL_MILLIS) {
      stage.lastSaid = now;
      out.println(stage.line(event.stageId()));
    }
  }

  @Override
  public synchronized void onStageCompleted(SparkListenerStageCompleted event) {
    int id = event.stageInfo().stageId();
    Stage stage = running.remove(id);
    if (stage != null) {
      boolean failed = stage.done < stage.tasks;
      double seconds = (System.currentTimeMillis() - stage.started) / 1000.0;
      out.println(
          stage.line(id)
              + String.format(Locale.ROOT, ", %.1f s", seconds)
              + (failed ? ", failed" : ""));
    }
  }

  private static final class Stage {
    private final String description;
    private final int tasks;
    private final long started = System.currentTimeMillis();
    private long lastSaid = started;
    private int done;

    Stage(String description, int tasks) {
      this.description = description;
      this.tasks = tasks;
    }

    String line(int id) {
      return "[escala] " + description + ": stage " + id + ", " + done + "/" + tasks + " tasks";
    }
  }
}
