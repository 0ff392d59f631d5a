package io.escala.inference.onnx;

/** The sum of a row's values. */
final class ReduceSum implements Step {
  private final Value input;
  private final Value output;

  private ReduceSum(Value input, Value output) {
    this.input = input;
    this.output = output;
  }

  static void compile(Node node, Compiler compiler) {
    Value input = compiler.rows(node, 0);
    long[] axes = compiler.wholeNumbers(node, 1);
    boolean isKnown =
        input.tail().length == 1
            && axes.length == 1
            && (axes[0] == 1 || axes[0] == -1)
            && (input.element() == Element.INT64 || input.element() == Element.DOUBLE)
            && node.number("noop_with_empty_axes", 0) == 0;
    if (!isKnown) {
      throw node.unsupported("of such a shape, type or axes");
    }
    int[] tail = node.number("keepdims", 1) == 0 ? new int[0] : new int[] {1};
    compiler.add(new ReduceSum(input, compiler.output(node, input.element(), tail)));
  }

  @Override
  public void run(Object[] memory, int rows) {
    int count = input.width() * rows;
    if (input.element() == Element.INT64) {
      long[] in = (long[]) memory[input.slot()];
      long[] out = (long[]) memory[output.slot()];
      System.arraycopy(in, 0, out, 0, rows);
      for (int from = rows; from < count; from += rows) {
        for (int row = 0; row < rows; row++) {
          out[row] += in[from + row];
        }
      }
    } else {
      double[] in = (double[]) memory[input.slot()];
      double[] out = (double[]) memory[output.slot()];
      System.arraycopy(in, 0, out, 0, rows);
      for (int from = rows; from < count; from += rows) {
        for (int row = 0; row < rows; row++) {
          out[row] += in[from + row];
        }
      }
    }
  }
}
