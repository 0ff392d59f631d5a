package io.escala.inference.onnx;

/** Shares of one, in proportion to e to the power of each value of a row. */
final class Softmax implements Step {
  private final Value input;
  private final Value output;

  private Softmax(Value input, Value output) {
    this.input = input;
    this.output = output;
  }

  static void compile(Node node, Compiler compiler) {
    Value input = compiler.rows(node, 0);
    long axis = node.number("axis", -1);
    if (input.tail().length != 1
        || (axis != 1 && axis != -1)
        || !input.element().isFloatingPoint()) {
      throw node.unsupported("along axis " + axis + " of such a shape or type");
    }
    compiler.multiplies(10L * input.width());
    compiler.add(new Softmax(input, compiler.output(node, input.element(), input.tail())));
  }

  @Override
  public void run(Object[] memory, int rows) {
    double[] shares = new double[input.width()];
    for (int row = 0; row < rows; row++) {
      if (input.element() == Element.FLOAT) {
        float[] in = (float[]) memory[input.slot()];
        float[] out = (float[]) memory[output.slot()];
        for (int i = 0; i < shares.length; i++) {
          shares[i] = in[i * rows + row];
        }
        normalise(shares);
        for (int i = 0; i < shares.length; i++) {
          out[i * rows + row] = (float) shares[i];
        }
      } else {
        double[] in = (double[]) memory[input.slot()];
        double[] out = (double[]) memory[output.slot()];
        for (int i = 0; i < shares.length; i++) {
          shares[i] = in[i * rows + row];
        }
        normalise(shares);
        for (int i = 0; i < shares.length; i++) {
          out[i * rows + row] = shares[i];
        }
      }
    }
  }

  private static void normalise(double[] values) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      largest = Math.max(largest, value);
    }
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = Exponential.of(values[i] - largest);
      sum += values[i];
    }
    for (int i = 0; i < values.length; i++) {
      values[i] /= sum;
    }
  }
}
