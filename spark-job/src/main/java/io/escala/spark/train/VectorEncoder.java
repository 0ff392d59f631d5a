package io.escala.spark.train;

import static org.apache.spark.sql.functions.struct;

import io.escala.spark.InternalCall;
import io.escala.spark.onnx.EncodedColumn;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Raw columns as the vector that MLlib takes: the encoded numbers themselves, or a one at each
 * place that they name.
 */
public final class VectorEncoder implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ColumnNumbers columns;
  private final int indicators;
  private final VectorUDT type = new VectorUDT();

  private VectorEncoder(List<EncodedColumn> columns, int indicators) {
    this.columns = new ColumnNumbers(columns);
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
    VectorEncoder encoder = new VectorEncoder(columns, indicators);
    return InternalCall.of(encoder, "vector", encoder.type, struct(ColumnNumbers.raw(columns)));
  }

  /** For generated code. */
  public InternalRow vector(InternalRow row) {
    double[] numbers = new double[columns.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = columns.number(row, i);
    }
    return type.serialize(indicators == 0 ? Vectors.dense(numbers) : sparse(numbers));
  }

  private Vector sparse(double[] numbers) {
    int[] places = Arrays.stream(numbers).filter(n -> n >= 0).mapToInt(n -> (int) n).toArray();
    double[] ones = new double[places.length];
    Arrays.fill(ones, 1);
    return Vectors.sparse(indicators, places, ones);
  }
}
