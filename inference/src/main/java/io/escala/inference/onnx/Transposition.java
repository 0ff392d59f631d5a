package io.escala.inference.onnx;

/**
 * Brings the values of one row from the order row, column, channel to that of their shape; those of
 * several are in it already.
 */
final class Transposition implements Step {
  private final Value from;
  private final Value to;

  private Transposition(Value from, Value to) {
    this.from = from;
    this.to = to;
  }

  static Value channelsFirst(Value from, Compiler compiler) {
    if (from.element() != Element.FLOAT) {
      throw new UnsupportedGraphException("channels of " + from.element());
    }
    Value to = compiler.unnamed(from.element(), from.tail());
    compiler.add(new Transposition(from, to));
    return to;
  }

  @Override
  public void run(Object[] memory, int rows) {
    float[] in = (float[]) memory[from.slot()];
    float[] out = (float[]) memory[to.slot()];
    if (rows > 1) {
      System.arraycopy(in, 0, out, 0, rows * from.width());
      return;
    }
    int channels = from.tail()[0];
    int points = from.tail()[1] * from.tail()[2];
    for (int point = 0; point < points; point++) {
      for (int channel = 0; channel < channels; channel++) {
        out[channel * points + point] = in[point * channels + channel];
      }
    }
  }
}
