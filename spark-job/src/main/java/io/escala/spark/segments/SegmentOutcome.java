package io.escala.spark.segments;

import io.escala.spark.evaluate.HeldOutMetrics;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What came of one segment: a row of the summary.
 *
 * @param reason why there is no model; null if there is one
 * @param model what was measured and published; null if there is none
 */
record SegmentOutcome(
    SegmentKey key, long rows, long positives, Status status, String reason, Published model) {

  /** As the summary spells them. */
  enum Status {
    FITTED("fitted"),
    TOO_SMALL("too-small"),
    ONE_CLASS("one-class"),
    FAILED("failed");

    private final String text;

    Status(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  /**
   * A model in its place.
   *
   * @param evaluation how the metrics' rows were held out
   */
  record Published(
      String name, String version, String evaluation, HeldOutMetrics metrics, double threshold) {}

  static SegmentOutcome without(
      SegmentKey key, long rows, long positives, Status status, String reason) {
    return new SegmentOutcome(key, rows, positives, status, reason, null);
  }

  /** The columns of the segment as they are in the data, then what came of it. */
  static StructType schema(StructField... by) {
    List<StructField> fields = new ArrayList<>(List.of(by));
    fields.add(field("rows", DataTypes.LongType));
    fields.add(field("positives", DataTypes.LongType));
    fields.add(field("status", DataTypes.StringType));
    fields.add(field("reason", DataTypes.StringType));
    fields.add(field("model", DataTypes.StringType));
    fields.add(field("version", DataTypes.StringType));
    fields.add(field("evaluation", DataTypes.StringType));
    fields.add(field("heldOutRows", DataTypes.LongType));
    for (String metric :
        List.of(
            "rocAuc",
            "prAuc",
            "logLoss",
            "brier",
            "accuracy",
            "majorityAccuracy",
            "precision",
            "recall",
            "f1",
            "threshold")) {
      fields.add(field(metric, DataTypes.DoubleType));
    }
    return new StructType(fields.toArray(StructField[]::new));
  }

  private static StructField field(String name, DataType type) {
    return DataTypes.createStructField(name, type, true);
  }

  Row toRow() {
    List<Object> cells = new ArrayList<>(key.values());
    cells.add(rows);
    cells.add(positives);
    cells.add(status.text());
    cells.add(reason);
    if (model == null) {
      for (int empty = 0; empty < 14; empty++) {
        cells.add(null);
      }
    } else {
      HeldOutMetrics metrics = model.metrics();
      cells.add(model.name());
      cells.add(model.version());
      cells.add(model.evaluation());
      cells.add(metrics.rows());
      cells.add(metrics.rocAuc());
      cells.add(metrics.averagePrecision());
      cells.add(metrics.logLoss());
      cells.add(metrics.brier());
      cells.add(metrics.accuracy());
      cells.add(metrics.majorityAccuracy());
      cells.add(metrics.precision());
      cells.add(metrics.recall());
      cells.add(metrics.f1());
      cells.add(model.threshold());
    }
    return RowFactory.create(cells.toArray());
  }
}
