package io.escala.server;

import io.escala.inference.BundleVersion;
import io.escala.inference.json.JsonText;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One line of JSON for each event. Requests never wait for whoever reads the lines: a thread of its
 * own writes them, and lines of requests that it cannot keep up with are counted and left out.
 * Nothing that a client sent is in a line, but a request id of its choice.
 */
final class JsonLines implements AutoCloseable {
  private static final int QUEUE = 8192;

  private final PrintStream out;
  private final boolean requests;
  private final BlockingQueue<String> queue = new ArrayBlockingQueue<>(QUEUE);
  private final AtomicLong dropped = new AtomicLong();
  private final Thread writer;
  private volatile boolean closing;

  /**
   * @param requests whether requests get lines
   */
  JsonLines(PrintStream out, boolean requests) {
    this.out = out;
    this.requests = requests;
    this.writer = new Thread(this::write, "escala-log");
    writer.setDaemon(true);
    writer.start();
  }

  void request(
      String id,
      String method,
      String route,
      int status,
      long bytes,
      String version,
      Duration took) {
    if (!requests) {
      return;
    }
    String line =
        line(
            status < 500 || status == 503 ? "INFO" : "ERROR",
            "request",
            json -> {
              json.name("requestId").value(id);
              json.name("method").value(method);
              json.name("route").value(route);
              json.name("status").value(status);
              json.name("bytes").value(bytes);
              if (version != null) {
                json.name("modelVersion").value(version);
              }
              json.name("millis").value(millis(took));
            });
    if (!queue.offer(line)) {
      dropped.incrementAndGet();
    }
  }

  void loaded(String model, BundleVersion version, String engine, Duration took) {
    event(
        "INFO",
        "model-loaded",
        json -> {
          json.name("model").value(model);
          json.name("version").value(version.text());
          json.name("engine").value(engine);
          json.name("millis").value(millis(took));
        });
  }

  void problem(String level, String event, String model, String reason) {
    event(
        level,
        event,
        json -> {
          if (!model.isEmpty()) {
            json.name("model").value(model);
          }
          json.name("reason").value(reason);
        });
  }

  void server(String event, String text) {
    event("INFO", event, json -> json.name("text").value(text));
  }

  private void event(String level, String event, Fields fields) {
    try {
      queue.put(line(level, event, fields));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write() {
    List<String> lines = new ArrayList<>();
    try {
      while (!closing || !queue.isEmpty()) {
        String first = queue.poll(200, TimeUnit.MILLISECONDS);
        if (first == null) {
          continue;
        }
        lines.add(first);
        queue.drainTo(lines, 1000);
        long lost = dropped.getAndSet(0);
        if (lost > 0) {
          lines.add(line("WARN", "requests-not-logged", json -> json.name("requests").value(lost)));
        }
        StringBuilder text = new StringBuilder();
        lines.forEach(l -> text.append(l).append('\n'));
        lines.clear();
        out.print(text);
        out.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Writes what is still to be written. */
  @Override
  public void close() {
    closing = true;
    try {
      writer.join(2000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String line(String level, String event, Fields fields) {
    JsonText json = new JsonText();
    json.beginObject();
    json.name("time").value(Instant.now().toString());
    json.name("level").value(level);
    json.name("event").value(event);
    fields.write(json);
    return json.endObject().toString();
  }

  private static double millis(Duration took) {
    return Math.round(took.toNanos() / 1e3) / 1e3;
  }

  private interface Fields {
    void write(JsonText json);
  }
}
