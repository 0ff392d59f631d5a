package io.escala.spark;

import com.google.gson.stream.JsonWriter;
import io.escala.spark.storage.Locations;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Timer;
import java.util.TimerTask;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A small JSON file that tells whoever submitted the run how far it is, and at its end why it
 * failed: EMR's logs come minutes later. Who wants one names it in Spark's configuration, {@value
 * #SETTING}. Members: {@code state} (RUNNING, COMPLETED, FAILED), {@code error} (the line that the
 * job printed; only with FAILED), {@code step} (what is being done), {@code stagesDone} (of that
 * step), {@code done} and {@code tasks} (of the stages that run), {@code stepMillis}.
 *
 * <p>It is for watching alone: a file that cannot be written changes nothing about the run.
 */
final class RunStatus {
  /** An address such as {@code s3://bucket/folder/run.json}. */
  static final String SETTING = "spark.escala.status";

  private static final long INTERVAL_MILLIS = 2_000;
  private static final String HADOOP = "spark.hadoop.";

  private final String address;
  private final Timer timer = new Timer("run-status", true);
  private final Object file = new Object();
  private Configuration conf;
  private String wanted;
  private String written;
  private boolean complained;

  private RunStatus(String address) {
    this.address = address;
  }

  /** The one that spark-submit was told of, which it passes on as a system property. */
  static Optional<RunStatus> wanted() {
    return Optional.ofNullable(System.getProperty(SETTING)).map(RunStatus::new);
  }

  /** Begins to write, at most once in two seconds. */
  void begin(Configuration hadoop) {
    conf = hadoop;
    tell(json("RUNNING", null, null));
    timer.schedule(
        new TimerTask() {
          @Override
          public void run() {
            write();
          }
        },
        0,
        INTERVAL_MILLIS);
  }

  /** How far the run is. */
  void at(String step, int stagesDone, int done, int tasks, Duration elapsed) {
    tell(json("RUNNING", null, new Place(step, stagesDone, done, tasks, elapsed)));
  }

  /**
   * The run has ended; returns when that is written.
   *
   * @param error what the job printed; null when it did its work
   */
  void end(String error) {
    timer.cancel();
    if (conf == null) {
      conf = new Configuration();
      System.getProperties().stringPropertyNames().stream()
          .filter(name -> name.startsWith(HADOOP))
          .forEach(name -> conf.set(name.substring(HADOOP.length()), System.getProperty(name)));
    }
    tell(json(error == null ? "COMPLETED" : "FAILED", error, null));
    write();
  }

  private synchronized void tell(String json) {
    wanted = json;
  }

  private void write() {
    String now;
    synchronized (this) {
      now = wanted;
    }
    synchronized (file) {
      if (now.equals(written)) {
        return;
      }
      try {
        Path path = Locations.path(address);
        try (OutputStream out = Locations.fileSystem(conf, path).create(path, true)) {
          out.write(now.getBytes(StandardCharsets.UTF_8));
        }
        written = now;
      } catch (IOException | RuntimeException e) {
        if (!complained) {
          complained = true;
          System.err.println(
              "[escala] progress cannot be written to " + address + ": " + e.getMessage());
        }
      }
    }
  }

  private record Place(String step, int stagesDone, int done, int tasks, Duration elapsed) {}

  private static String json(String state, String error, Place place) {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.beginObject().name("state").value(state);
      if (error != null) {
        json.name("error").value(error);
      }
      if (place != null) {
        json.name("step").value(place.step());
        json.name("stagesDone").value(place.stagesDone());
        json.name("done").value(place.done());
        json.name("tasks").value(place.tasks());
        json.name("stepMillis").value(place.elapsed().toMillis());
      }
      json.endObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter throws none
    }
    return text.toString();
  }
}
