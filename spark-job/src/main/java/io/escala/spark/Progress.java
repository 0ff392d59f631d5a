package io.escala.spark;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationEnd;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.StageInfo;

/**
 * How far the job is. In a log: one line for each stage when it ends, such as {@code [escala] read
 * rows: stage 0, 2/2 tasks, 0.8 s}; a stage that takes longer also says every few seconds how far
 * it is. A step of many short stages, as boosting is, says after the first few only every few
 * seconds how many it has done. In a terminal: a {@link ProgressBar} over the stages that run,
 * which goes when they end.
 */
final class Progress extends SparkListener {
  private static final long INTERVAL_MILLIS = 3_000;
  private static final long REDRAWN_MILLIS = 200;
  private static final long TOLD_MILLIS = 500;

  /** After so many stages of a step, short ones are counted rather than told one by one. */
  private static final int TOLD_ONE_BY_ONE = 6;

  private final Display display;
  private final Map<Integer, Stage> running = new LinkedHashMap<>();
  private final Map<String, Step> steps = new HashMap<>();

  private Progress(Display display) {
    this.display = display;
  }

  /** Lines for a log. */
  static Progress lines(PrintWriter out) {
    return new Progress(new Lines(out));
  }

  /** A bar in a terminal. */
  static Progress bar(StatusLine line) {
    Bar bar = new Bar(line);
    Progress progress = new Progress(bar);
    bar.timer = redrawn(progress, REDRAWN_MILLIS);
    return progress;
  }

  /** The {@link RunStatus} of a run that somebody watches from afar. */
  static Progress told(RunStatus status) {
    Told told = new Told(status);
    Progress progress = new Progress(told);
    told.timer = redrawn(progress, TOLD_MILLIS);
    return progress;
  }

  private static Timer redrawn(Progress progress, long interval) {
    Timer timer = new Timer("progress", true);
    timer.schedule(
        new TimerTask() {
          @Override
          public void run() {
            progress.redraw();
          }
        },
        interval,
        interval);
    return timer;
  }

  private synchronized void redraw() {
    if (!running.isEmpty()) {
      display.moved(running);
    }
  }

  @Override
  public synchronized void onStageSubmitted(SparkListenerStageSubmitted event) {
    StageInfo info = event.stageInfo();
    String described =
        event.properties() == null ? null : event.properties().getProperty("spark.job.description");
    Step step = steps.computeIfAbsent(described == null ? info.name() : described, Step::new);
    running.put(info.stageId(), new Stage(info.stageId(), step, info.numTasks()));
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd event) {
    Stage stage = running.get(event.stageId());
    if (stage != null && event.taskInfo().successful()) {
      stage.done++;
      display.advanced(stage);
    }
  }

  @Override
  public synchronized void onStageCompleted(SparkListenerStageCompleted event) {
    Stage stage = running.remove(event.stageInfo().stageId());
    if (stage != null) {
      display.ended(stage, running);
    }
  }

  @Override
  public synchronized void onApplicationEnd(SparkListenerApplicationEnd event) {
    running.clear();
    display.close();
  }

  /** Where progress is shown. */
  private interface Display {
    /** A task of this stage has ended well. */
    void advanced(Stage stage);

    /** Time has passed. */
    void moved(Map<Integer, Stage> running);

    /** A stage has ended, well or not; these still run. */
    void ended(Stage stage, Map<Integer, Stage> running);

    void close();
  }

  private static final class Lines implements Display {
    private final PrintWriter out;

    Lines(PrintWriter out) {
      this.out = out;
    }

    @Override
    public void advanced(Stage stage) {
      long now = System.currentTimeMillis();
      if (stage.done < stage.tasks && now - stage.lastSaid >= INTERVAL_MILLIS) {
        stage.lastSaid = now;
        out.println(stage.line());
      }
    }

    @Override
    public void moved(Map<Integer, Stage> running) {}

    @Override
    public void ended(Stage stage, Map<Integer, Stage> running) {
      long now = System.currentTimeMillis();
      Step step = stage.step;
      step.stages++;
      boolean failed = stage.done < stage.tasks;
      if (step.stages <= TOLD_ONE_BY_ONE || failed || now - stage.started >= INTERVAL_MILLIS) {
        step.lastSaid = now;
        out.println(
            stage.line() + seconds(", %.1f s", now - stage.started) + (failed ? ", failed" : ""));
      } else if (now - step.lastSaid >= INTERVAL_MILLIS) {
        step.lastSaid = now;
        out.println(
            "[escala] "
                + step.description
                + ": "
                + step.stages
                + seconds(" stages in %.1f s", now - step.started));
      }
    }

    private static String seconds(String format, long millis) {
      return String.format(Locale.ROOT, format, millis / 1000.0);
    }

    @Override
    public void close() {}
  }

  private static final class Bar implements Display {
    private final StatusLine line;
    private Timer timer;

    Bar(StatusLine line) {
      this.line = line;
    }

    @Override
    public void advanced(Stage stage) {}

    @Override
    public void moved(Map<Integer, Stage> running) {
      Step step = step(running);
      line.show(
          new ProgressBar(step.description, done(running), tasks(running), step.elapsed()).line());
    }

    @Override
    public void ended(Stage stage, Map<Integer, Stage> running) {
      if (running.isEmpty()) {
        line.clear();
      }
    }

    @Override
    public void close() {
      timer.cancel();
      line.clear();
    }
  }

  private static final class Told implements Display {
    private final RunStatus status;
    private Timer timer;

    Told(RunStatus status) {
      this.status = status;
    }

    @Override
    public void advanced(Stage stage) {}

    @Override
    public void moved(Map<Integer, Stage> running) {
      Step step = step(running);
      status.at(step.description, step.stages, done(running), tasks(running), step.elapsed());
    }

    @Override
    public void ended(Stage stage, Map<Integer, Stage> running) {
      stage.step.stages++;
      status.at(
          stage.step.description, stage.step.stages, stage.done, stage.tasks, stage.step.elapsed());
    }

    @Override
    public void close() {
      timer.cancel();
    }
  }

  /** The step whose stage has run longest. */
  private static Step step(Map<Integer, Stage> running) {
    return running.values().iterator().next().step;
  }

  private static int done(Map<Integer, Stage> running) {
    return running.values().stream().mapToInt(s -> Math.min(s.done, s.tasks)).sum();
  }

  private static int tasks(Map<Integer, Stage> running) {
    return running.values().stream().mapToInt(s -> s.tasks).sum();
  }

  /** What people call one piece of work, of however many stages. */
  private static final class Step {
    private final String description;
    private final long started = System.currentTimeMillis();
    private long lastSaid = started;
    private int stages;

    Step(String description) {
      this.description = description;
    }

    Duration elapsed() {
      return Duration.ofMillis(System.currentTimeMillis() - started);
    }
  }

  private static final class Stage {
    private final int id;
    private final Step step;
    private final int tasks;
    private final long started = System.currentTimeMillis();
    private long lastSaid = started;
    private int done;

    Stage(int id, Step step, int tasks) {
      this.id = id;
      this.step = step;
      this.tasks = tasks;
    }

    String line() {
      return "[escala] "
          + step.description
          + ": stage "
          + id
          + ", "
          + done
          + "/"
          + tasks
          + " tasks";
    }
  }
}
