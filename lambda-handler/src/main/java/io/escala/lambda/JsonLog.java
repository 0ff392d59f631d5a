package io.escala.lambda;

import io.escala.inference.BundleVersion;
import io.escala.inference.ModelListener;
import io.escala.inference.UtcTime;
import io.escala.inference.http.Route;
import io.escala.inference.json.JsonText;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One line of JSON for each event that an operator wants to know of. Nothing that a client sent is
 * ever in it.
 */
record JsonLog(PrintStream out) implements ModelListener {
  /** What CloudWatch takes in one directive. */
  private static final int METRICS_OF_A_DIRECTIVE = 100;

  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  /**
   * One request. For a request to a model the line is a document of CloudWatch's embedded metric
   * format as well: CloudWatch makes metrics of it, with the model as their dimension.
   *
   * @param kind {@code http}, {@code direct} or {@code queue}: how the request came
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">Embedded
   *     metric format</a>
   */
  void request(
      String requestId,
      String kind,
      String method,
      Route route,
      int status,
      String modelVersion,
      Observation seen,
      Duration took) {
    JsonText json = line(status < 500 ? "INFO" : "ERROR", "request");
    json.name("requestId").value(requestId);
    json.name("kind").value(kind);
    json.name("method").value(METHODS.contains(method) ? method : "other");
    json.name("route").value(route.template());
    json.name("status").value(status);
    if (route.model().isPresent()) {
      json.name("model").value(route.model().get());
    }
    if (modelVersion != null) {
      json.name("modelVersion").value(modelVersion);
    }
    Map<String, Integer> counts = new LinkedHashMap<>(seen.rowsByMetric());
    if (status >= 400 && status < 500) {
      counts.put("RejectedInputs", 1);
    }
    for (Map.Entry<String, Integer> count : counts.entrySet()) {
      json.name(count.getKey()).value(count.getValue());
    }
    json.name("Latency").value(millis(took));
    if (route.model().isPresent()) {
      metrics(json, List.copyOf(counts.keySet()));
    }
    print(json);
  }

  private static void metrics(JsonText json, List<String> counts) {
    json.name("_aws").beginObject();
    json.name("Timestamp").value(System.currentTimeMillis());
    json.name("CloudWatchMetrics").beginArray();
    directive(json);
    metric(json, "Latency", "Milliseconds");
    for (int i = 0; i < counts.size(); i++) {
      if ((i + 1) % METRICS_OF_A_DIRECTIVE == 0) {
        json.endArray().endObject();
        directive(json);
      }
      metric(json, counts.get(i), "Count");
    }
    json.endArray().endObject();
    json.endArray().endObject();
  }

  private static void directive(JsonText json) {
    json.beginObject().name("Namespace").value("Escala");
    json.name("Dimensions").beginArray().beginArray().value("model").endArray().endArray();
    json.name("Metrics").beginArray();
  }

  private static void metric(JsonText json, String name, String unit) {
    json.beginObject().name("Name").value(name).name("Unit").value(unit).endObject();
  }

  @Override
  public void loaded(String model, BundleVersion version, String engine, Duration took) {
    JsonText json = line("INFO", "model-loaded");
    json.name("model").value(model);
    json.name("version").value(version.text());
    json.name("engine").value(engine);
    json.name("millis").value(millis(took));
    print(json);
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
    JsonText json = line(level, event);
    json.name("model").value(model);
    json.name("reason").value(reason);
    print(json);
  }

  private static JsonText line(String level, String event) {
    JsonText json = new JsonText();
    json.beginObject();
    json.name("time").value(UtcTime.text(System.currentTimeMillis()));
    json.name("level").value(level);
    return json.name("event").value(event);
  }

  /** As bytes in one piece: println would encode it character by character. */
  private void print(JsonText json) {
    byte[] line = (json.endObject() + "\n").getBytes(StandardCharsets.UTF_8);
    out.write(line, 0, line.length);
    out.flush();
  }

  private static double millis(Duration took) {
    return Math.round(took.toNanos() / 1e3) / 1e3;
  }
}
