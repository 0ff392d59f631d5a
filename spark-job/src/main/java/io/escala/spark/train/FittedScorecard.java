package io.escala.spark.train;

import io.escala.spark.onnx.Answer;
import io.escala.spark.onnx.EncodedColumn;
import io.escala.spark.onnx.ScorecardGraph;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Logistic regression over indicators. */
final class FittedScorecard implements FittedClassifier {
  /** Digits kept of each coefficient; the optimizer is not that exact by far. */
  private static final MathContext DIGITS = new MathContext(9);

  private final double[] coefficients;
  private final double intercept;
  private final List<Double> deviations;

  /**
   * What was fitted.
   *
   * @param coefficients of the indicators
   * @param deviations the standard deviation of each indicator
   */
  FittedScorecard(double[] coefficients, double intercept, List<Double> deviations) {
    this.coefficients = Arrays.stream(coefficients).map(FittedScorecard::rounded).toArray();
    this.intercept = rounded(intercept);
    this.deviations = deviations;
  }

  private static double rounded(double value) {
    return new BigDecimal(value).round(DIGITS).doubleValue();
  }

  @Override
  public Dataset<Row> withYes(Dataset<Row> rows, List<EncodedColumn> columns) {
    return rows.withColumn(FullModel.YES, ScorecardPoints.yes(points(columns), intercept));
  }

  @Override
  public byte[] onnx(List<EncodedColumn> columns, Answer answer) {
    return ScorecardGraph.of(points(columns), intercept, answer);
  }

  private List<EncodedColumn> points(List<EncodedColumn> columns) {
    return columns.stream().map(this::points).toList();
  }

  private EncodedColumn points(EncodedColumn column) {
    if (column instanceof EncodedColumn.Level level) {
      return new EncodedColumn.Level(
          level.column(), level.values(), numbers(level.numbers()), point(level.other()));
    }
    EncodedColumn.Steps steps = (EncodedColumn.Steps) column;
    return new EncodedColumn.Steps(
        steps.column(), steps.whenMissing(), steps.edges(), numbers(steps.numbers()));
  }

  private List<Double> numbers(List<Double> indicators) {
    return indicators.stream().map(this::point).toList();
  }

  private double point(double indicator) {
    return indicator < 0 ? 0 : coefficients[(int) indicator];
  }

  @Override
  public Map<String, Double> importances(List<EncodedColumn> columns) {
    Importances all = new Importances();
    for (EncodedColumn column : columns) {
      List<Double> indicators =
          column instanceof EncodedColumn.Level level
              ? level.numbers()
              : ((EncodedColumn.Steps) column).numbers();
      all.add(column.column(), 0);
      for (double indicator : indicators) {
        if (indicator >= 0) {
          all.add(column.column(), Math.abs(point(indicator)) * deviations.get((int) indicator));
        }
      }
    }
    return all.shares();
  }
}
