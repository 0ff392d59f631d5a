package io.escala.inference.onnx;

/** Operators that make one value of one value. */
final class Pointwise implements Step {
  private enum Function {
    CLIP,
    EXP,
    IS_NAN,
    NEG,
    RELU,
    SIGMOID
  }

  private final Function function;
  private final Value input;
  private final Value output;
  private final double least;
  private final double most;

  private Pointwise(Function function, Value input, Value output, double least, double most) {
    this.function = function;
    this.input = input;
    this.output = output;
    this.least = least;
    this.most = most;
  }

  static void compile(Node node, Compiler compiler) {
    Function function =
        switch (node.operator()) {
          case "Clip" -> Function.CLIP;
          case "Exp" -> Function.EXP;
          case "IsNaN" -> Function.IS_NAN;
          case "Neg" -> Function.NEG;
          case "Relu" -> Function.RELU;
          default -> Function.SIGMOID;
        };
    Value input = compiler.inAnyOrder(node, 0);
    boolean isKnown =
        function == Function.RELU
            ? input.element().isFloatingPoint()
            : input.element() == Element.DOUBLE;
    if (!isKnown) {
      throw node.unsupported("of " + input.element());
    }
    double least = Double.NEGATIVE_INFINITY;
    double most = Double.POSITIVE_INFINITY;
    if (function == Function.CLIP) {
      least = node.inputs() > 1 ? compiler.number(node, 1) : least;
      most = node.inputs() > 2 ? compiler.number(node, 2) : most;
    }
    Element element = function == Function.IS_NAN ? Element.BOOL : input.element();
    Value output =
        input.channelsLast()
            ? compiler.outputChannelsLast(node, element, input.tail())
            : compiler.output(node, element, input.tail());
    if (function == Function.EXP || function == Function.SIGMOID) {
      compiler.multiplies(10L * input.width());
    }
    compiler.add(new Pointwise(function, input, output, least, most));
  }

  @Override
  public void run(Object[] memory, int rows) {
    int count = rows * input.width();
    if (input.element() == Element.FLOAT) {
      relu((float[]) memory[input.slot()], (float[]) memory[output.slot()], count);
      return;
    }
    double[] in = (double[]) memory[input.slot()];
    switch (function) {
      case IS_NAN -> isNaN(in, (boolean[]) memory[output.slot()], count);
      case RELU -> relu(in, (double[]) memory[output.slot()], count);
      case NEG -> negate(in, (double[]) memory[output.slot()], count);
      case CLIP -> clip(in, (double[]) memory[output.slot()], count);
      case EXP -> Exponential.of(in, (double[]) memory[output.slot()], count);
      case SIGMOID -> sigmoid(in, (double[]) memory[output.slot()], count);
    }
  }

  /**
   * Zero for what is negative; what is not a number stays so. Not by a comparison: half of a
   * layer's values are negative, and a processor guesses that wrong.
   */
  private static void relu(float[] in, float[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = Math.max(in[i], 0f);
    }
  }

  private static void relu(double[] in, double[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = Math.max(in[i], 0d);
    }
  }

  private static void isNaN(double[] in, boolean[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = Double.isNaN(in[i]);
    }
  }

  private static void negate(double[] in, double[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = -in[i];
    }
  }

  private void clip(double[] in, double[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = Math.min(Math.max(in[i], least), most);
    }
  }

  private static void sigmoid(double[] in, double[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = Exponential.logistic(in[i]);
    }
  }
}
