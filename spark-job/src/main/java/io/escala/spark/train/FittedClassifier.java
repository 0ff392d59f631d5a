package io.escala.spark.train;

import io.escala.spark.onnx.Answer;
import io.escala.spark.onnx.EncodedColumn;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What MLlib fitted to encoded columns. */
interface FittedClassifier {
  /** The vector that it reads. */
  Column encoded(List<EncodedColumn> columns);

  /** Adds {@link FullModel#VECTOR}, both probabilities, to rows with {@link FullModel#FEATURES}. */
  Dataset<Row> transform(Dataset<Row> rows);

  /** The whole model as a graph. */
  byte[] onnx(List<EncodedColumn> columns, Answer answer);

  /** The share of each raw column in its decisions. */
  Map<String, Double> importances(List<EncodedColumn> columns);
}
