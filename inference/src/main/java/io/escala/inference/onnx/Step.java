package io.escala.inference.onnx;

/** One operator of a compiled graph. */
interface Step {
  /**
   * Computes its output from its inputs. Value {@code i} of row {@code r} lies at {@code i * rows +
   * r}: a column's values side by side, so that loops run along the rows.
   *
   * @param memory an array of values for each slot, with room for a program's chunk of rows
   * @param rows how many rows there are now
   */
  void run(Object[] memory, int rows);
}
