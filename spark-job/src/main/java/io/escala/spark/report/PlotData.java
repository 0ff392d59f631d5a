package io.escala.spark.report;

import com.google.gson.stream.JsonWriter;
import io.escala.spark.evaluate.Decile;
import io.escala.spark.evaluate.HeldOutEvaluation;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** What the page's script draws, as JSON that is safe within a page. */
final class PlotData {
  private final JsonWriter json;

  private PlotData(JsonWriter json) {
    this.json = json;
  }

  static String of(ReportData data, List<Map.Entry<String, Double>> importances) {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.setHtmlSafe(true);
      new PlotData(json).write(data.measurements().heldOut(), importances);
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return text.toString();
  }

  private void write(HeldOutEvaluation evaluation, List<Map.Entry<String, Double>> importances)
      throws IOException {
    List<Decile> deciles = evaluation.deciles();
    json.beginObject();
    json.name("rate").value(evaluation.metrics().positiveRate());
    json.name("roc").beginArray();
    for (var point : evaluation.roc()) {
      pair(point.falsePositiveRate(), point.recall());
    }
    json.endArray();
    json.name("precisionRecall").beginArray();
    for (var point : evaluation.precisionRecall()) {
      pair(point.recall(), point.precision());
    }
    json.endArray();
    json.name("calibration").beginArray();
    double end = 0;
    for (Decile decile : deciles) {
      pair(decile.meanProbability(), decile.rate());
      end = Math.max(end, Math.max(decile.meanProbability(), decile.rate()));
    }
    json.endArray();
    json.name("calibrationEnd").value(Math.min(1, Math.ceil(end * 10 + 0.2) / 10));
    json.name("gain").beginArray();
    pair(0, 0);
    for (Decile decile : deciles) {
      pair(decile.number() / 10.0, decile.gain());
    }
    json.endArray();
    json.name("lift").beginArray();
    for (Decile decile : deciles) {
      json.value(rounded(decile.lift()));
    }
    json.endArray();
    json.name("importance").beginArray();
    for (Map.Entry<String, Double> importance : importances) {
      json.beginArray().value(importance.getKey()).value(rounded(importance.getValue())).endArray();
    }
    json.endArray();
    json.endObject();
  }

  private void pair(double x, double y) throws IOException {
    json.beginArray().value(rounded(x)).value(rounded(y)).endArray();
  }

  private static double rounded(double value) {
    return Math.rint(value * 1e5) / 1e5;
  }
}
