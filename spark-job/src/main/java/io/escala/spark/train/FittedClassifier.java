package io.escala.spark.train;

import io.escala.spark.onnx.Answer;
import io.escala.spark.onnx.EncodedColumn;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What was fitted to encoded columns. */
interface FittedClassifier {
  /** Adds {@link FullModel#YES}, the probability of yes, to rows with the raw columns. */
  Dataset<Row> withYes(Dataset<Row> rows, List<EncodedColumn> columns);

  /** The whole model as a graph. */
  byte[] onnx(List<EncodedColumn> columns, Answer answer);

  /** The share of each raw column in its decisions. */
  Map<String, Double> importances(List<EncodedColumn> columns);
}
