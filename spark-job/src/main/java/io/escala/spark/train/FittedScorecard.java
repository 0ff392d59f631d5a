package io.escala.spark.train;

import io.escala.spark.onnx.Answer;
import io.escala.spark.onnx.EncodedColumn;
import io.escala.spark.onnx.ScorecardGraph;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Logistic regression over indicators. */
final class FittedScorecard implements FittedClassifier {
  /**
   * Digits kept of each coefficient. Sums over many partitions come in in any order, which shows in
   * the last of 16 digits; the optimizer is not that exact by far.
   */
  private static final MathContext DIGITS = new MathContext(9);

  private final LogisticRegressionModel model;
  private final List<Double> deviations;

  /**
   * What MLlib fitted.
   *
   * @param deviations the standard deviation of each indicator
   */
  FittedScorecard(LogisticRegressionModel fitted, List<Double> deviations) {
    // Without its training summary, which would travel with every task
    this.model =
        new LogisticRegressionModel(
            fitted.uid(),
            Vectors.dense(
                Arrays.stream(fitted.coefficients().toArray())
                    .map(FittedScorecard::rounded)
                    .toArray()),
            rounded(fitted.intercept()));
    this.deviations = deviations;
    model.setFeaturesCol(FullModel.FEATURES);
    model.setRawPredictionCol("");
    model.setPredictionCol("");
    model.setProbabilityCol(FullModel.VECTOR);
  }

  private static double rounded(double value) {
    return new BigDecimal(value).round(DIGITS).doubleValue();
  }

  @Override
  public Column encoded(List<EncodedColumn> columns) {
    return VectorEncoder.indicators(columns, deviations.size());
  }

  @Override
  public Dataset<Row> transform(Dataset<Row> rows) {
    return model.transform(rows);
  }

  @Override
  public byte[] onnx(List<EncodedColumn> columns, Answer answer) {
    return ScorecardGraph.of(
        columns.stream().map(this::points).toList(), model.intercept(), answer);
  }

  private EncodedColumn points(EncodedColumn column) {
    if (column instanceof EncodedColumn.Level level) {
      return new EncodedColumn.Level(
          level.column(), level.values(), points(level.numbers()), point(level.other()));
    }
    EncodedColumn.Steps steps = (EncodedColumn.Steps) column;
    return new EncodedColumn.Steps(
        steps.column(), steps.whenMissing(), steps.edges(), points(steps.numbers()));
  }

  private List<Double> points(List<Double> indicators) {
    return indicators.stream().map(this::point).toList();
  }

  private double point(double indicator) {
    return indicator < 0 ? 0 : model.coefficients().apply((int) indicator);
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
