package io.escala.inference.onnx;

/** Where a row has its largest value: the first of equals. */
final class ArgMax implements Step {
  private final Value input;
  private final Value output;

  private ArgMax(Value input, Value output) {
    this.input = input;
    this.output = output;
  }

  static void compile(Node node, Compiler compiler) {
    Value input = compiler.rows(node, 0);
    long axis = node.number("axis", 0);
    boolean isKnown =
        input.tail().length == 1
            && (axis == 1 || axis == -1)
            && input.element().isFloatingPoint()
            && node.number("select_last_index", 0) == 0;
    if (!isKnown) {
      throw node.unsupported("along axis " + axis + " of such a shape or type");
    }
    int[] tail = node.number("keepdims", 1) == 0 ? new int[0] : new int[] {1};
    compiler.add(new ArgMax(input, compiler.output(node, Element.INT64, tail)));
  }

  @Override
  public void run(Object[] memory, int rows) {
    long[] out = (long[]) memory[output.slot()];
    for (int row = 0; row < rows; row++) {
      out[row] =
          input.element() == Element.FLOAT
              ? of((float[]) memory[input.slot()], row, rows)
              : of((double[]) memory[input.slot()], row, rows);
    }
  }

  private long of(float[] in, int row, int rows) {
    int best = 0;
    for (int i = 1; i < input.width(); i++) {
      if (in[i * rows + row] > in[best * rows + row]) {
        best = i;
      }
    }
    return best;
  }

  private long of(double[] in, int row, int rows) {
    int best = 0;
    for (int i = 1; i < input.width(); i++) {
      if (in[i * rows + row] > in[best * rows + row]) {
        best = i;
      }
    }
    return best;
  }
}
