package io.escala.inference.onnx;

/** Some neighbouring values of each row. */
final class Slice implements Step {
  private final Value input;
  private final Value output;
  private final int start;

  private Slice(Value input, Value output, int start) {
    this.input = input;
    this.output = output;
    this.start = start;
  }

  static void compile(Node node, Compiler compiler) {
    Value input = compiler.rows(node, 0);
    long[] starts = compiler.wholeNumbers(node, 1);
    long[] ends = compiler.wholeNumbers(node, 2);
    long[] axes = compiler.wholeNumbers(node, 3);
    boolean isKnown =
        input.tail().length == 1
            && starts.length == 1
            && ends.length == 1
            && axes.length == 1
            && (axes[0] == 1 || axes[0] == -1)
            && node.inputs() == 4;
    if (!isKnown) {
      throw node.unsupported("of such a shape, axes or steps");
    }
    int start = clamped(starts[0], input.width());
    int end = clamped(ends[0], input.width());
    if (end <= start) {
      throw node.unsupported("of nothing");
    }
    compiler.add(new Slice(input, compiler.output(node, input.element(), end - start), start));
  }

  private static int clamped(long index, int width) {
    long fromStart = index < 0 ? index + width : index;
    return (int) Math.max(0, Math.min(width, fromStart));
  }

  @Override
  public void run(Object[] memory, int rows) {
    System.arraycopy(
        memory[input.slot()], start * rows, memory[output.slot()], 0, output.width() * rows);
  }
}
