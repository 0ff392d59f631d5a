package io.escala.spark.train;

import io.escala.inference.Manifest;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A model that is fitted, whichever recipe made it: it scores raw rows and exports itself. */
interface FittedModel {
  /** Such as {@code logistic-regression}, for the provenance. */
  String algorithm();

  /** One or two sentences for a person. */
  String description();

  /** What it was fitted with, by name, for the provenance. */
  Map<String, String> parameters();

  /** The raw columns that it reads. */
  List<Manifest.Input> inputs();

  /** The answer is yes when P(yes) is greater. */
  double threshold();

  /** The bytes of {@code model.onnx}. */
  byte[] onnx();

  /**
   * The rows with {@link Training#PREDICTION} (int, 0 or 1) and {@link Training#PROBABILITY}
   * (double, of yes) added.
   *
   * @param rows with the raw columns, at least those of {@link #inputs}
   */
  Dataset<Row> score(Dataset<Row> rows);

  /** The share, of 1 in all, that each raw column has in the model's decisions; falling. */
  Map<String, Double> importances();

  /** In a sentence: what {@link #importances} are shares of. */
  String importancesInWords();
}
