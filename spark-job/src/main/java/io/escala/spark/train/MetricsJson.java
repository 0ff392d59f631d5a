package io.escala.spark.train;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;

/** {@code metrics.json}: every figure is of rows that the model which scored them had not seen. */
final class MetricsJson {
  private MetricsJson() {}

  static String of(Trained trained, HeldOutMetrics metrics) {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.setIndent("  ");
      json.beginObject();
      json.name("rows").beginObject();
      json.name("input").value(trained.rows());
      json.name("train").value(trained.trainRows());
      json.name("test").value(trained.evaluatedRows());
      json.endObject();
      writeAll(json, metrics.toMap());
      json.name("threshold").value(trained.model().threshold());
      json.name("confusionMatrix").beginObject();
      json.name("truePositives").value(metrics.truePositives());
      json.name("falsePositives").value(metrics.falsePositives());
      json.name("trueNegatives").value(metrics.trueNegatives());
      json.name("falseNegatives").value(metrics.falseNegatives());
      json.endObject();
      for (Map.Entry<String, Map<String, Double>> more : trained.evaluations().entrySet()) {
        json.name(more.getKey()).beginObject();
        writeAll(json, more.getValue());
        json.endObject();
      }
      json.name("importances").beginObject();
      writeAll(json, trained.model().importances());
      json.endObject();
      json.endObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return text.append('\n').toString();
  }

  private static void writeAll(JsonWriter json, Map<String, Double> figures) throws IOException {
    for (Map.Entry<String, Double> figure : figures.entrySet()) {
      json.name(figure.getKey()).value(figure.getValue());
    }
  }
}
