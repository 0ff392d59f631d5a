package io.escala.inference.onnx;

import java.util.Arrays;

/** The values of several inputs behind each other, row by row. */
final class Concat implements Step {
  private final Value[] inputs;
  private final Value output;

  private Concat(Value[] inputs, Value output) {
    this.inputs = inputs;
    this.output = output;
  }

  static void compile(Node node, Compiler compiler) {
    Value[] inputs = new Value[node.inputs()];
    int size = 0;
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = compiler.rows(node, i);
      boolean alike =
          inputs[i].element() == inputs[0].element()
              && inputs[i].tail().length > 0
              && inputs[i].tail().length == inputs[0].tail().length;
      if (!alike) {
        throw node.unsupported("of inputs that are not alike");
      }
      size += inputs[i].tail()[0];
    }
    long axis = node.number("axis", 0);
    int[] tail = Arrays.copyOf(inputs[0].tail(), inputs[0].tail().length);
    if (axis != 1 && axis != -tail.length) {
      throw node.unsupported("along axis " + axis);
    }
    tail[0] = size;
    Value output = compiler.output(node, inputs[0].element(), tail);
    int width = 0;
    for (Value input : inputs) {
      width += input.width();
    }
    if (width != output.width()) {
      throw node.unsupported("of inputs that are not alike");
    }
    compiler.add(new Concat(inputs, output));
  }

  @Override
  public void run(Object[] memory, int rows) {
    Object out = memory[output.slot()];
    int at = 0;
    for (Value input : inputs) {
      int count = input.width() * rows;
      System.arraycopy(memory[input.slot()], 0, out, at, count);
      at += count;
    }
  }
}
