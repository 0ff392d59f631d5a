package io.escala.lambda;

import com.google.gson.stream.JsonWriter;
import io.escala.inference.BundleVersion;
import io.escala.inference.ModelListener;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;

/**
 * One line of JSON for each event that an operator wants to know of. Nothing that a client sent is
 * ever in it.
 */
record JsonLog(PrintStream out) implements ModelListener {
  void request(String requestId, String method, int status, String modelVersion, Duration took) {
    line(
        status < 500 ? "INFO" : "ERROR",
        json -> {
          json.name("event").value("request");
          json.name("requestId").value(requestId);
          json.name("method").value(method);
          json.name("status").value(status);
          if (modelVersion != null) {
            json.name("modelVersion").value(modelVersion);
          }
          json.name("millis").value(millis(took));
        });
  }

  @Override
  public void loaded(String model, BundleVersion version, Duration took) {
    line(
        "INFO",
        json -> {
          json.name("event").value("model-loaded");
          json.name("model").value(model);
          json.name("version").value(version.text());
          json.name("millis").value(millis(took));
        });
  }

  @Override
  public void refused(String model, String reason) {
    problem("ERROR", "model-refused", model, reason);
  }

  @Override
  public void unreachable(String model, String reason) {
    problem("WARN", "models-unreachable", model, reason);
  }

  @Override
  public void failed(String model, String reason) {
    problem("ERROR", "model-failed", model, reason);
  }

  private void problem(String level, String event, String model, String reason) {
    line(
        level,
        json -> {
          json.name("event").value(event);
          json.name("model").value(model);
          json.name("reason").value(reason);
        });
  }

  private void line(String level, Fields fields) {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.beginObject();
      json.name("time").value(Instant.now().toString());
      json.name("level").value(level);
      fields.write(json);
      json.endObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    out.println(text);
  }

  private static double millis(Duration took) {
    return Math.round(took.toNanos() / 1e3) / 1e3;
  }

  private interface Fields {
    void write(JsonWriter json) throws IOException;
  }
}
