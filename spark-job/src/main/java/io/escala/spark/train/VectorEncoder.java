package io.escala.spark.train;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.udf;

import io.escala.spark.onnx.EncodedColumn;
import io.escala.spark.onnx.LogisticGraph;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;

/**
 * Raw columns as the vector that MLlib takes: the encoded numbers themselves, or a one at each
 * place that they name.
 */
final class VectorEncoder implements UDF1<Row, Vector> {
  private static final long serialVersionUID = 1L;

  private final EncodedColumn[] columns;
  private final int indicators;
  private transient double[][] edges;
  private transient Map<?, ?>[] lookups;

  private VectorEncoder(List<EncodedColumn> columns, int indicators) {
    this.columns = columns.toArray(EncodedColumn[]::new);
    this.indicators = indicators;
  }

  /** The numbers, dense. */
  static Column numbers(List<EncodedColumn> columns) {
    return vector(columns, 0);
  }

  /**
   * A sparse vector with a one at each encoded number that is not negative.
   *
   * @param size of the vector
   */
  static Column indicators(List<EncodedColumn> columns, int size) {
    return vector(columns, size);
  }

  private static Column vector(List<EncodedColumn> columns, int indicators) {
    Column[] raw = new Column[columns.size()];
    Arrays.setAll(raw, i -> col(columns.get(i).column()).as("c" + i));
    return udf(new VectorEncoder(columns, indicators), SQLDataTypes.VectorType())
        .apply(struct(raw));
  }

  @Override
  public Vector call(Row row) {
    if (lookups == null) {
      prepare();
    }
    double[] numbers = new double[columns.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(i, row);
    }
    return indicators == 0 ? Vectors.dense(numbers) : sparse(numbers);
  }

  private double number(int i, Row row) {
    EncodedColumn column = columns[i];
    if (column instanceof EncodedColumn.Level level) {
      Object text = row.isNullAt(i) ? LogisticGraph.MISSING_TEXT : row.get(i);
      Object number = lookups[i].get(text);
      return number == null ? level.other() : (Double) number;
    }
    if (column instanceof EncodedColumn.Amount amount) {
      return present(row, i, amount.whenMissing());
    }
    EncodedColumn.Steps steps = (EncodedColumn.Steps) column;
    double value = present(row, i, steps.whenMissing());
    int bin = 0;
    while (bin < edges[i].length && value > edges[i][bin]) {
      bin++;
    }
    return steps.numbers().get(bin);
  }

  private static double present(Row row, int i, double whenMissing) {
    double value = row.isNullAt(i) ? Double.NaN : ((Number) row.get(i)).doubleValue();
    return Double.isNaN(value) ? whenMissing : value;
  }

  private Vector sparse(double[] numbers) {
    int[] places = Arrays.stream(numbers).filter(n -> n >= 0).mapToInt(n -> (int) n).toArray();
    double[] ones = new double[places.length];
    Arrays.fill(ones, 1);
    return Vectors.sparse(indicators, places, ones);
  }

  private void prepare() {
    edges = new double[columns.length][];
    Map<?, ?>[] maps = new Map<?, ?>[columns.length];
    for (int i = 0; i < columns.length; i++) {
      if (columns[i] instanceof EncodedColumn.Level level) {
        Map<String, Double> map = new HashMap<>();
        for (int v = 0; v < level.values().size(); v++) {
          map.put(level.values().get(v), level.numbers().get(v));
        }
        maps[i] = map;
      } else if (columns[i] instanceof EncodedColumn.Steps steps) {
        edges[i] = steps.edges().stream().mapToDouble(Double::doubleValue).toArray();
      }
    }
    lookups = maps;
  }
}
