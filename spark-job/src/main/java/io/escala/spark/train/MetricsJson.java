package io.escala.spark.train;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;

/** {@code metrics.json}: every figure is of the held-out rows. */
final class MetricsJson {
  private MetricsJson() {}

  static String of(long trainRows, HeldOutMetrics metrics) {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.setIndent("  ");
      json.beginObject();
      json.name("rows").beginObject();
      json.name("input").value(trainRows + metrics.rows());
      json.name("train").value(trainRows);
      json.name("test").value(metrics.rows());
      json.endObject();
      for (Map.Entry<String, Double> metric : metrics.toMap().entrySet()) {
        json.name(metric.getKey()).value(metric.getValue());
      }
      json.name("confusionMatrix").beginObject();
      json.name("truePositives").value(metrics.truePositives());
      json.name("falsePositives").value(metrics.falsePositives());
      json.name("trueNegatives").value(metrics.trueNegatives());
      json.name("falseNegatives").value(metrics.falseNegatives());
      json.endObject();
      json.endObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return text.append('\n').toString();
  }
}
