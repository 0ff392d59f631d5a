package io.escala.spark.train;

import static org.apache.spark.ml.functions.vector_to_array;
import static org.apache.spark.sql.functions.col;

import io.escala.inference.Datatype;
import io.escala.inference.Manifest;
import io.escala.spark.data.BankColumn;
import io.escala.spark.data.BankColumns;
import io.escala.spark.onnx.LogisticFormula;
import io.escala.spark.onnx.LogisticGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/**
 * The fitted pipeline of the source document.
 *
 * @param formula what the pipeline computes
 * @param deviations the standard deviation of each feature
 */
record BookModel(PipelineModel pipeline, LogisticFormula formula, Vector deviations)
    implements FittedModel {

  @Override
  public String algorithm() {
    return "logistic-regression";
  }

  @Override
  public String description() {
    return "Will a customer subscribe to a term deposit? Recipe book: logistic regression.";
  }

  @Override
  public Map<String, String> parameters() {
    return Map.of("maxIter", String.valueOf(BookRecipe.MAX_ITERATIONS));
  }

  @Override
  public List<Manifest.Input> inputs() {
    List<Manifest.Input> inputs = new ArrayList<>();
    for (LogisticFormula.Measure measure : formula.measures()) {
      inputs.add(BankColumns.feature(measure.column()).input(Datatype.FP64).withNullAsNaN());
    }
    for (LogisticFormula.Category category : formula.categories()) {
      BankColumn column = BankColumns.feature(category.column());
      inputs.add(
          category.whole()
              ? column
                  .input(Datatype.INT64, category.values().stream().map(Long::valueOf).toList())
                  .withNullAs(LogisticGraph.MISSING_WHOLE)
              : column
                  .input(Datatype.BYTES, category.values())
                  .withNullAs(LogisticGraph.MISSING_TEXT));
    }
    return inputs;
  }

  @Override
  public double threshold() {
    return formula.threshold();
  }

  @Override
  public byte[] onnx() {
    return LogisticGraph.of(formula);
  }

  @Override
  public Dataset<Row> score(Dataset<Row> rows) {
    return answered(pipeline.transform(rows));
  }

  /** Spark's own answer as an int and the probability of yes. */
  static Dataset<Row> answered(Dataset<Row> transformed) {
    return transformed
        .withColumn(Training.PREDICTION, col(Training.PREDICTION).cast(DataTypes.IntegerType))
        .withColumn(
            Training.PROBABILITY, vector_to_array(col(Training.PROBABILITY), "float64").getItem(1));
  }

  @Override
  public Map<String, Double> importances() {
    Importances importances = new Importances();
    int feature = 0;
    for (LogisticFormula.Category category : formula.categories()) {
      for (int i = 0; i < category.values().size(); i++, feature++) {
        importances.add(category.column(), weight(feature));
      }
    }
    for (LogisticFormula.Measure measure : formula.measures()) {
      importances.add(measure.column(), weight(feature++));
    }
    return importances.shares();
  }

  @Override
  public String importancesInWords() {
    return Algorithm.STANDARDIZED;
  }

  private double weight(int feature) {
    return Math.abs(formula.weights().get(feature)) * deviations.apply(feature);
  }
}
