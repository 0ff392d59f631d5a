package io.escala.spark.train;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.escala.inference.Datatype;
import io.escala.inference.Manifest;
import io.escala.spark.data.BankColumn;
import io.escala.spark.data.BankColumns;
import io.escala.spark.onnx.Answer;
import io.escala.spark.onnx.EncodedColumn;
import io.escala.spark.onnx.LogisticGraph;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/**
 * A fitted model of recipe {@code full}.
 *
 * @param columns how the raw columns become the classifier's numbers
 * @param answer how its probability becomes the answer
 */
record FullModel(
    Settings settings, List<EncodedColumn> columns, FittedClassifier classifier, Answer answer)
    implements FittedModel {
  static final String FEATURES = "_features";
  static final String YES = "_yes";

  /** The same with another threshold. */
  FullModel withThreshold(double threshold) {
    return new FullModel(settings, columns, classifier, answer.withThreshold(threshold));
  }

  @Override
  public String algorithm() {
    return settings.algorithm().id();
  }

  @Override
  public String description() {
    return "Will a customer subscribe to a term deposit? Recipe full: "
        + settings.algorithm().words()
        + ".";
  }

  @Override
  public Map<String, String> parameters() {
    return settings.toMap();
  }

  @Override
  public List<Manifest.Input> inputs() {
    Map<String, Manifest.Input> inputs = new LinkedHashMap<>();
    for (EncodedColumn column : columns) {
      BankColumn declared = BankColumns.feature(column.column());
      inputs.putIfAbsent(
          column.column(),
          column instanceof EncodedColumn.Level level
              ? declared
                  .input(Datatype.BYTES, level.values().stream().filter(v -> !v.isEmpty()).toList())
                  .withNullAs(LogisticGraph.MISSING_TEXT)
              : declared.input(Datatype.FP64).withNullAsNaN());
    }
    return List.copyOf(inputs.values());
  }

  @Override
  public double threshold() {
    return answer.threshold();
  }

  @Override
  public byte[] onnx() {
    return classifier.onnx(columns, answer);
  }

  @Override
  public Dataset<Row> score(Dataset<Row> rows) {
    Column yes = col(YES);
    if (answer.prior().isPresent()) {
      double prior = answer.prior().getAsDouble();
      Column fitted = yes.multiply(prior);
      Column rest = lit(1.0).minus(yes).multiply(1 - prior);
      yes = fitted.divide(fitted.plus(rest));
    }
    return classifier
        .withYes(rows, columns)
        .withColumn(Training.PROBABILITY, yes)
        .withColumn(
            Training.PREDICTION,
            col(Training.PROBABILITY).gt(answer.threshold()).cast(DataTypes.IntegerType))
        .drop(YES);
  }

  @Override
  public Map<String, Double> importances() {
    return classifier.importances(columns);
  }

  @Override
  public String importancesInWords() {
    return settings.algorithm().importancesInWords();
  }
}
