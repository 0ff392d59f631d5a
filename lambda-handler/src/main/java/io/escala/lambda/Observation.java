package io.escala.lambda;

import io.escala.inference.Manifest;
import io.escala.inference.Predictions;
import io.escala.inference.http.PredictionListener;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a model told one request: how many rows are of which class. Never a row itself. */
final class Observation implements PredictionListener {
  private final Map<String, Integer> rowsByMetric = new LinkedHashMap<>();

  @Override
  public void predicted(Manifest model, Predictions predictions) {
    for (int row = 0; row < predictions.size(); row++) {
      int label = predictions.labelIndex(row);
      String metric = metric(model.classes().get(label), label);
      Integer rows = rowsByMetric.get(metric);
      rowsByMetric.put(metric, rows == null ? 1 : rows + 1);
    }
  }

  /** The number of rows by the name of their class's metric. */
  Map<String, Integer> rowsByMetric() {
    return rowsByMetric;
  }

  /** CloudWatch takes up to 255 printable ASCII characters. */
  private static String metric(String label, int index) {
    boolean isName = label.length() <= 200;
    for (int i = 0; i < label.length(); i++) {
      isName &= label.charAt(i) >= ' ' && label.charAt(i) <= '~';
    }
    return "Predictions." + (isName ? label : "class-" + index);
  }
}
