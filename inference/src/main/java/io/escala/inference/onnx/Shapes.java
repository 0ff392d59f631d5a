package io.escala.inference.onnx;

import java.util.Arrays;

/** Operators that give the same values another shape. Nothing is computed for them. */
final class Shapes {
  private Shapes() {}

  static void flatten(Node node, Compiler compiler) {
    if (node.number("axis", 1) != 1) {
      throw node.unsupported("of another axis than 1");
    }
    Value input = compiler.rows(node, 0);
    compiler.alias(node, input.reshaped(new int[] {input.width()}));
  }

  static void squeeze(Node node, Compiler compiler) {
    Value input = compiler.rows(node, 0);
    long[] axes = compiler.wholeNumbers(node, 1);
    int[] tail = input.tail();
    boolean isLast = axes.length == 1 && (axes[0] == tail.length || axes[0] == -1);
    if (!isLast || tail.length == 0 || tail[tail.length - 1] != 1) {
      throw node.unsupported("of another axis than the last, of one value");
    }
    compiler.alias(node, input.reshaped(Arrays.copyOf(tail, tail.length - 1)));
  }

  static void reshape(Node node, Compiler compiler) {
    if (node.number("allowzero", 0) != 0) {
      throw node.unsupported("with allowzero");
    }
    Value input = compiler.rows(node, 0);
    long[] shape = compiler.wholeNumbers(node, 1);
    int[] tail = new int[Math.max(0, shape.length - 1)];
    long known = 1;
    int open = -1;
    for (int i = 1; i < shape.length; i++) {
      if (shape[i] == -1) {
        open = i - 1;
      } else if (shape[i] < 1) {
        throw node.unsupported("to a dimension of " + shape[i]);
      } else {
        tail[i - 1] = (int) shape[i];
        known *= shape[i];
      }
    }
    // 0 keeps the number of rows; -1 does too, as long as a row keeps its size
    boolean rowsStay = shape.length > 0 && (shape[0] == 0 || (shape[0] == -1 && open < 0));
    if (open >= 0 && known > 0 && input.width() % known == 0) {
      tail[open] = (int) (input.width() / known);
    }
    if (!rowsStay || Tensor.count(tail) != input.width()) {
      throw node.unsupported("to " + Arrays.toString(shape));
    }
    compiler.alias(node, input.reshaped(tail));
  }
}
