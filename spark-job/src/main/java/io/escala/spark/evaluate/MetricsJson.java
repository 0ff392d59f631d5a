package io.escala.spark.evaluate;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** {@code metrics.json}: every figure is of rows that the model which scored them had not seen. */
public final class MetricsJson {
  private static final String INDENT = "  ";

  private final JsonWriter json;

  private MetricsJson(JsonWriter json) {
    this.json = json;
  }

  private interface Body {
    void write(MetricsJson json) throws IOException;
  }

  /**
   * The figures, deciles and curves, and where they were measured the folds and the later rows.
   *
   * @param importances by column, the most important first, in shares of 1
   */
  public static String of(Measurements measured, Map<String, Double> importances) {
    return text(
        m -> {
          m.json.name("rows").beginObject();
          m.json.name("input").value(measured.rows());
          m.json.name("train").value(measured.trainRows());
          m.json.name("test").value(measured.heldOut().metrics().rows());
          m.json.endObject();
          m.evaluation(measured.heldOut());
          if (!measured.folds().isEmpty()) {
            m.folds(measured.folds());
          }
          if (measured.timeSplit().isPresent()) {
            Measurements.TimeSplit split = measured.timeSplit().get();
            m.json.name("timeOrdered").beginObject();
            m.json.name("rows").beginObject();
            m.json.name("train").value(split.trainRows());
            m.json.name("test").value(split.metrics().rows());
            m.json.endObject();
            m.figures(split.metrics());
            m.json.endObject();
          }
          m.named("importances", importances);
        });
  }

  private static String text(Body body) {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.setIndent(INDENT);
      json.beginObject();
      body.write(new MetricsJson(json));
      json.endObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return text.append('\n').toString();
  }

  private void figures(HeldOutMetrics metrics) throws IOException {
    for (Map.Entry<String, Double> metric : metrics.toMap().entrySet()) {
      json.name(metric.getKey()).value(metric.getValue());
    }
    json.name("confusionMatrix").beginObject();
    json.name("truePositives").value(metrics.truePositives());
    json.name("falsePositives").value(metrics.falsePositives());
    json.name("trueNegatives").value(metrics.trueNegatives());
    json.name("falseNegatives").value(metrics.falseNegatives());
    json.endObject();
  }

  private void evaluation(HeldOutEvaluation evaluation) throws IOException {
    figures(evaluation.metrics());
    json.name("threshold").value(evaluation.threshold());
    json.name("bestF1").beginObject();
    json.name("threshold").value(evaluation.bestF1().threshold());
    json.name("f1").value(evaluation.bestF1().f1());
    json.endObject();
    json.name("calibrationError").value(evaluation.calibrationError());
    json.name("deciles").beginArray();
    for (Decile decile : evaluation.deciles()) {
      json.beginObject();
      json.name("decile").value(decile.number());
      json.name("rows").value(decile.rows());
      json.name("positives").value(decile.positives());
      json.name("meanProbability").value(decile.meanProbability());
      json.name("rate").value(decile.rate());
      json.name("lift").value(decile.lift());
      json.name("cumulativeGain").value(decile.gain());
      json.name("cumulativeLift").value(decile.cumulativeLift());
      json.endObject();
    }
    json.endArray();
    json.name("thresholds").beginArray();
    for (AtThreshold at : evaluation.thresholds()) {
      json.beginObject();
      json.name("threshold").value(at.threshold());
      json.name("precision").value(at.confusion().precision());
      json.name("recall").value(at.confusion().recall());
      json.name("falsePositiveRate").value(at.confusion().falsePositiveRate());
      json.name("f1").value(at.confusion().f1());
      json.endObject();
    }
    json.endArray();
    json.name("rocCurve").beginObject();
    numbers(
        "falsePositiveRate", evaluation.roc().stream().map(RocPoint::falsePositiveRate).toList());
    numbers("recall", evaluation.roc().stream().map(RocPoint::recall).toList());
    numbers("probability", evaluation.roc().stream().map(RocPoint::probability).toList());
    json.endObject();
    List<PrecisionRecallPoint> points = evaluation.precisionRecall();
    json.name("precisionRecallCurve").beginObject();
    numbers("recall", points.stream().map(PrecisionRecallPoint::recall).toList());
    numbers("precision", points.stream().map(PrecisionRecallPoint::precision).toList());
    numbers("probability", points.stream().map(PrecisionRecallPoint::probability).toList());
    json.endObject();
  }

  /** On one line; null where there is no number. */
  private void numbers(String name, List<Double> values) throws IOException {
    json.name(name).beginArray();
    json.setIndent("");
    for (double value : values) {
      if (Double.isFinite(value)) {
        json.value(value);
      } else {
        json.nullValue();
      }
    }
    json.endArray();
    json.setIndent(INDENT);
  }

  private void folds(List<HeldOutMetrics> folds) throws IOException {
    json.name("folds").beginObject();
    json.name("each").beginArray();
    for (HeldOutMetrics fold : folds) {
      json.beginObject();
      json.name("rows").value(fold.rows());
      for (Map.Entry<String, Double> metric : fold.toMap().entrySet()) {
        json.name(metric.getKey()).value(metric.getValue());
      }
      json.endObject();
    }
    json.endArray();
    Map<String, FoldStatistics> statistics = FoldStatistics.of(folds);
    named("mean", FoldStatistics.each(statistics, FoldStatistics::mean));
    named("deviation", FoldStatistics.each(statistics, FoldStatistics::deviation));
    json.endObject();
  }

  private void named(String name, Map<String, Double> figures) throws IOException {
    json.name(name).beginObject();
    for (Map.Entry<String, Double> figure : figures.entrySet()) {
      json.name(figure.getKey()).value(figure.getValue());
    }
    json.endObject();
  }
}
