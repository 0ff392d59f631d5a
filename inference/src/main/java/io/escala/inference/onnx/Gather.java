package io.escala.inference.onnx;

/**
 * Values by their index: out of a constant list, by the indices that rows have; or out of a row, by
 * constant indices.
 */
final class Gather implements Step {
  private final Value data;
  private final Value indices;
  private final Value output;

  private Gather(Value data, Value indices, Value output) {
    this.data = data;
    this.indices = indices;
    this.output = output;
  }

  static void compile(Node node, Compiler compiler) {
    Value data = compiler.input(node, 0);
    Value indices = compiler.input(node, 1);
    long axis = node.number("axis", 0);
    if (indices.element() != Element.INT64 || data.element() != Element.DOUBLE) {
      throw node.unsupported("of " + data.element() + " by " + indices.element());
    }
    Value output;
    if (data.isConstant() && !indices.isConstant() && axis == 0 && data.tail().length == 1) {
      output = compiler.output(node, Element.DOUBLE, indices.tail());
    } else if (!data.isConstant()
        && indices.isConstant()
        && axis == 1
        && data.tail().length == 1
        && indices.tail().length == 1) {
      for (long index : indices.constant().longs()) {
        if (index < 0 || index >= data.width()) {
          throw node.unsupported("by the index " + index);
        }
      }
      output = compiler.output(node, Element.DOUBLE, indices.width());
    } else {
      throw node.unsupported("along axis " + axis + " of such shapes");
    }
    compiler.add(new Gather(data, indices, output));
  }

  @Override
  public void run(Object[] memory, int rows) {
    double[] from = (double[]) memory[data.slot()];
    long[] at = (long[]) memory[indices.slot()];
    double[] out = (double[]) memory[output.slot()];
    if (data.isConstant()) {
      int count = rows * indices.width();
      for (int i = 0; i < count; i++) {
        // As ONNX has it: from the end where it is negative
        long index = at[i] < 0 ? at[i] + from.length : at[i];
        if (index < 0 || index >= from.length) {
          throw new IllegalArgumentException(
              "index " + at[i] + " is beyond the " + from.length + " values of a Gather");
        }
        out[i] = from[(int) index];
      }
      return;
    }
    for (int i = 0; i < at.length; i++) {
      System.arraycopy(from, (int) at[i] * rows, out, i * rows, rows);
    }
  }
}
