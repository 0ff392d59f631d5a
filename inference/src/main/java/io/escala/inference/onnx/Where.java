package io.escala.inference.onnx;

import java.util.Arrays;

/** One of two doubles, by a condition; each a value of the row or a constant number. */
final class Where implements Step {
  private final Value condition;
  private final Value ifTrue;
  private final Value ifFalse;
  private final Value output;

  private Where(Value condition, Value ifTrue, Value ifFalse, Value output) {
    this.condition = condition;
    this.ifTrue = ifTrue;
    this.ifFalse = ifFalse;
    this.output = output;
  }

  static void compile(Node node, Compiler compiler) {
    Value condition = compiler.rows(node, 0);
    Value ifTrue = branch(node, 1, condition, compiler);
    Value ifFalse = branch(node, 2, condition, compiler);
    if (condition.element() != Element.BOOL) {
      throw node.unsupported("on " + condition.element());
    }
    Value output = compiler.output(node, Element.DOUBLE, condition.tail());
    compiler.add(new Where(condition, ifTrue, ifFalse, output));
  }

  private static Value branch(Node node, int index, Value condition, Compiler compiler) {
    Value value = compiler.input(node, index);
    boolean fits =
        value.isConstant()
            ? value.width() == 1 && value.tail().length <= condition.tail().length
            : !value.channelsLast() && Arrays.equals(value.tail(), condition.tail());
    if (value.element() != Element.DOUBLE || !fits) {
      throw node.unsupported("of " + value.element() + " of another shape");
    }
    return value;
  }

  @Override
  public void run(Object[] memory, int rows) {
    boolean[] conditions = (boolean[]) memory[condition.slot()];
    double[] a = (double[]) memory[ifTrue.slot()];
    double[] b = (double[]) memory[ifFalse.slot()];
    double[] out = (double[]) memory[output.slot()];
    int nextA = ifTrue.isConstant() ? 0 : 1;
    int nextB = ifFalse.isConstant() ? 0 : 1;
    int count = rows * condition.width();
    for (int i = 0; i < count; i++) {
      out[i] = conditions[i] ? a[i * nextA] : b[i * nextB];
    }
  }
}
