package io.escala.spark.segments;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.apache.spark.sql.Row;

/** What the summary comes to, row by row in its own order. */
final class SummaryFigures {
  private static final int SHOWN = 10;
  private static final Comparator<Row> BY_ROWS =
      Comparator.comparing(row -> row.<Long>getAs("rows"));

  private final Map<String, Long> byStatus = new TreeMap<>();
  private final PriorityQueue<Row> largest = new PriorityQueue<>(BY_ROWS);
  private long heldOut;
  private double logLoss;
  private double brier;
  private double accuracy;
  private double majorityAccuracy;

  void add(Row row) {
    byStatus.merge(row.getAs("status"), 1L, Long::sum);
    largest.add(row);
    if (largest.size() > SHOWN) {
      largest.remove();
    }
    if (row.getAs("model") != null) {
      long rows = row.getAs("heldOutRows");
      heldOut += rows;
      logLoss += rows * row.<Double>getAs("logLoss");
      brier += rows * row.<Double>getAs("brier");
      accuracy += rows * row.<Double>getAs("accuracy");
      majorityAccuracy += rows * row.<Double>getAs("majorityAccuracy");
    }
  }

  Map<String, Long> byStatus() {
    return byStatus;
  }

  List<Row> largest() {
    return largest.stream().sorted(BY_ROWS.reversed()).toList();
  }

  /** Of all held-out rows, each scored by its segment's model. Empty if there is no model. */
  Map<String, Double> pooled(ScoreHistogram scores) {
    Map<String, Double> pooled = new LinkedHashMap<>();
    if (heldOut > 0) {
      pooled.put("rows", (double) heldOut);
      pooled.put("rocAuc", scores.rocAuc());
      pooled.put("logLoss", logLoss / heldOut);
      pooled.put("brier", brier / heldOut);
      pooled.put("accuracy", accuracy / heldOut);
      pooled.put("majorityAccuracy", majorityAccuracy / heldOut);
    }
    return pooled;
  }
}
