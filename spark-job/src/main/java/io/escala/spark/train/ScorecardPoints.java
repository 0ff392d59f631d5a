package io.escala.spark.train;

import static org.apache.spark.sql.functions.struct;

import io.escala.spark.InternalCall;
import io.escala.spark.onnx.EncodedColumn;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataTypes;

/** What a scorecard says of a row: the logistic function of the sum of its columns' points. */
public final class ScorecardPoints implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ColumnNumbers points;
  private final double intercept;

  private ScorecardPoints(List<EncodedColumn> points, double intercept) {
    this.points = new ColumnNumbers(points);
    this.intercept = intercept;
  }

  /**
   * The probability of yes.
   *
   * @param points columns whose numbers are points
   */
  static Column yes(List<EncodedColumn> points, double intercept) {
    return InternalCall.of(
        new ScorecardPoints(points, intercept),
        "yes",
        DataTypes.DoubleType,
        struct(ColumnNumbers.raw(points)));
  }

  /** For generated code. */
  public double yes(InternalRow row) {
    double margin = intercept;
    for (int i = 0; i < points.size(); i++) {
      margin += points.number(row, i); // in the graph's order
    }
    return 1 / (1 + Math.exp(-margin));
  }
}
