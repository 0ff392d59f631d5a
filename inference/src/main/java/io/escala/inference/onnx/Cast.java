package io.escala.inference.onnx;

/** Values as values of another type. */
final class Cast implements Step {
  private final Value input;
  private final Value output;

  private Cast(Value input, Value output) {
    this.input = input;
    this.output = output;
  }

  static void compile(Node node, Compiler compiler) {
    Value input = compiler.rows(node, 0);
    Element to = Element.of(node.number("to", 0));
    boolean isKnown =
        switch (input.element()) {
          case UINT8 -> to == Element.FLOAT || to == Element.DOUBLE;
          case BOOL -> to == Element.INT64 || to == Element.DOUBLE;
          case FLOAT -> to == Element.DOUBLE;
          case DOUBLE -> to == Element.FLOAT;
          case INT64 -> to == Element.DOUBLE || to == Element.FLOAT;
          case STRING -> false;
        };
    if (!isKnown) {
      throw node.unsupported("from " + input.element() + " to " + to);
    }
    compiler.add(new Cast(input, compiler.output(node, to, input.tail())));
  }

  @Override
  public void run(Object[] memory, int rows) {
    int count = rows * input.width();
    Object in = memory[input.slot()];
    Object out = memory[output.slot()];
    switch (input.element()) {
      case UINT8 -> ofOctets((byte[]) in, out, count);
      case BOOL -> ofBooleans((boolean[]) in, out, count);
      case INT64 -> ofLongs((long[]) in, out, count);
      case FLOAT -> {
        float[] from = (float[]) in;
        double[] to = (double[]) out;
        for (int i = 0; i < count; i++) {
          to[i] = from[i];
        }
      }
      default -> {
        double[] from = (double[]) in;
        float[] to = (float[]) out;
        for (int i = 0; i < count; i++) {
          to[i] = (float) from[i];
        }
      }
    }
  }

  private static void ofOctets(byte[] from, Object out, int count) {
    if (out instanceof float[] to) {
      for (int i = 0; i < count; i++) {
        to[i] = from[i] & 0xFF;
      }
    } else {
      double[] to = (double[]) out;
      for (int i = 0; i < count; i++) {
        to[i] = from[i] & 0xFF;
      }
    }
  }

  private static void ofBooleans(boolean[] from, Object out, int count) {
    if (out instanceof long[] to) {
      for (int i = 0; i < count; i++) {
        to[i] = from[i] ? 1 : 0;
      }
    } else {
      double[] to = (double[]) out;
      for (int i = 0; i < count; i++) {
        to[i] = from[i] ? 1 : 0;
      }
    }
  }

  private static void ofLongs(long[] from, Object out, int count) {
    if (out instanceof double[] to) {
      for (int i = 0; i < count; i++) {
        to[i] = from[i];
      }
    } else {
      float[] to = (float[]) out;
      for (int i = 0; i < count; i++) {
        to[i] = from[i];
      }
    }
  }
}
