package io.escala.inference.onnx;

import java.util.Arrays;

/**
 * Add, Sub, Mul, Div and Greater, value by value. Either side may be a constant of one value or of
 * as many as a row has, or one value a row.
 */
final class Arithmetic implements Step {
  private final char operation;
  private final Value left;
  private final Value right;
  private final Value output;

  private Arithmetic(char operation, Value left, Value right, Value output) {
    this.operation = operation;
    this.left = left;
    this.right = right;
    this.output = output;
  }

  static void compile(Node node, Compiler compiler) {
    Value left = side(node, 0, compiler);
    Value right = side(node, 1, compiler);
    if (left.isConstant() && right.isConstant()) {
      throw node.unsupported("of constants");
    }
    if (left.element() != right.element() || !left.element().isFloatingPoint()) {
      throw node.unsupported("of " + left.element() + " and " + right.element());
    }
    boolean ofLeft = right.isConstant() || (!left.isConstant() && left.width() >= right.width());
    Value shape = ofLeft ? left : right;
    Value other = ofLeft ? right : left;
    if (!fits(other, shape)) {
      throw node.unsupported("of shapes that are not alike");
    }
    char operation =
        switch (node.operator()) {
          case "Add" -> '+';
          case "Sub" -> '-';
          case "Mul" -> '*';
          case "Div" -> '/';
          default -> '>';
        };
    Value output =
        operation == '>'
            ? compiler.output(node, Element.BOOL, tail(shape, other))
            : compiler.output(node, left.element(), tail(shape, other));
    compiler.multiplies(output.width());
    compiler.add(new Arithmetic(operation, left, right, output));
  }

  private static Value side(Node node, int index, Compiler compiler) {
    Value value = compiler.input(node, index);
    if (value.width() == 0) {
      throw node.unsupported("of nothing");
    }
    return value.isConstant() ? value : compiler.rows(node, index);
  }

  private static int[] tail(Value shape, Value other) {
    return shape.width() >= other.width() ? shape.tail() : withoutRows(other);
  }

  /** Of a constant that has more values than a row of the other side: [1, n] or [n]. */
  private static int[] withoutRows(Value constant) {
    return new int[] {constant.width()};
  }

  private static boolean fits(Value other, Value shape) {
    if (other.width() == 1) {
      // A constant of more dimensions would add dimensions to the result
      return other.tail().length <= shape.tail().length + (other.isConstant() ? 1 : 0);
    }
    if (!other.isConstant()) {
      return shape.width() == 1
          ? other.tail().length == shape.tail().length
          : Arrays.equals(other.tail(), shape.tail());
    }
    int[] dimensions = other.tail();
    boolean isRow = dimensions.length == 1 || (dimensions.length == 2 && dimensions[0] == 1);
    return isRow
        && shape.tail().length == 1
        && (shape.width() == other.width() || shape.width() == 1);
  }

  @Override
  public void run(Object[] memory, int rows) {
    int width = output.width();
    boolean leftIsNumber = left.isConstant() && left.width() == 1;
    boolean rightIsNumber = right.isConstant() && right.width() == 1;
    if (rows == 1) {
      boolean leftIsOne = left.width() == 1;
      boolean rightIsOne = right.width() == 1;
      part(memory, 0, leftIsOne && width > 1, 0, rightIsOne && width > 1, 0, width);
    } else if ((leftIsNumber || isWhole(left, width)) && (rightIsNumber || isWhole(right, width))) {
      part(memory, 0, leftIsNumber, 0, rightIsNumber, 0, rows * width);
    } else {
      for (int i = 0; i < width; i++) {
        part(
            memory,
            start(left, i, rows),
            left.isConstant(),
            start(right, i, rows),
            right.isConstant(),
            i * rows,
            rows);
      }
    }
  }

  /** Whether each row has all of the values itself. */
  private static boolean isWhole(Value side, int width) {
    return !side.isConstant() && side.width() == width;
  }

  private static int start(Value side, int index, int rows) {
    return side.width() == 1 ? 0 : side.isConstant() ? index : index * rows;
  }

  private void part(
      Object[] memory, int l, boolean oneLeft, int r, boolean oneRight, int o, int count) {
    if (left.element() == Element.DOUBLE) {
      double[] a = (double[]) memory[left.slot()];
      double[] b = (double[]) memory[right.slot()];
      if (operation == '>') {
        greater(a, l, oneLeft, b, r, oneRight, (boolean[]) memory[output.slot()], o, count);
      } else {
        doubles(a, l, oneLeft, b, r, oneRight, (double[]) memory[output.slot()], o, count);
      }
    } else {
      float[] a = (float[]) memory[left.slot()];
      float[] b = (float[]) memory[right.slot()];
      if (operation == '>') {
        greater(a, l, oneLeft, b, r, oneRight, (boolean[]) memory[output.slot()], o, count);
      } else {
        floats(a, l, oneLeft, b, r, oneRight, (float[]) memory[output.slot()], o, count);
      }
    }
  }

  private static void greater(
      double[] a,
      int l,
      boolean one,
      double[] b,
      int r,
      boolean oneRight,
      boolean[] out,
      int o,
      int count) {
    int nextLeft = one ? 0 : 1;
    int nextRight = oneRight ? 0 : 1;
    for (int i = 0; i < count; i++) {
      out[o + i] = a[l + i * nextLeft] > b[r + i * nextRight];
    }
  }

  private static void greater(
      float[] a,
      int l,
      boolean one,
      float[] b,
      int r,
      boolean oneRight,
      boolean[] out,
      int o,
      int count) {
    int nextLeft = one ? 0 : 1;
    int nextRight = oneRight ? 0 : 1;
    for (int i = 0; i < count; i++) {
      out[o + i] = a[l + i * nextLeft] > b[r + i * nextRight];
    }
  }

  private void doubles(
      double[] a,
      int l,
      boolean oneLeft,
      double[] b,
      int r,
      boolean oneRight,
      double[] out,
      int o,
      int count) {
    if (oneLeft) {
      doubles(a[l], b, r, out, o, count);
    } else if (oneRight) {
      doubles(a, l, b[r], out, o, count);
    } else {
      switch (operation) {
        case '+' -> {
          for (int i = 0; i < count; i++) {
            out[o + i] = a[l + i] + b[r + i];
          }
        }
        case '-' -> {
          for (int i = 0; i < count; i++) {
            out[o + i] = a[l + i] - b[r + i];
          }
        }
        case '*' -> {
          for (int i = 0; i < count; i++) {
            out[o + i] = a[l + i] * b[r + i];
          }
        }
        default -> {
          for (int i = 0; i < count; i++) {
            out[o + i] = a[l + i] / b[r + i];
          }
        }
      }
    }
  }

  private void doubles(double a, double[] b, int r, double[] out, int o, int count) {
    switch (operation) {
      case '+' -> {
        for (int i = 0; i < count; i++) {
          out[o + i] = a + b[r + i];
        }
      }
      case '-' -> {
        for (int i = 0; i < count; i++) {
          out[o + i] = a - b[r + i];
        }
      }
      case '*' -> {
        for (int i = 0; i < count; i++) {
          out[o + i] = a * b[r + i];
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          out[o + i] = a / b[r + i];
        }
      }
    }
  }

  private void doubles(double[] a, int l, double b, double[] out, int o, int count) {
    switch (operation) {
      case '+' -> {
        for (int i = 0; i < count; i++) {
          out[o + i] = a[l + i] + b;
        }
      }
      case '-' -> {
        for (int i = 0; i < count; i++) {
          out[o + i] = a[l + i] - b;
        }
      }
      case '*' -> {
        for (int i = 0; i < count; i++) {
          out[o + i] = a[l + i] * b;
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          out[o + i] = a[l + i] / b;
        }
      }
    }
  }

  /** Fewer cases than for doubles: in single precision there are pictures, scaled once. */
  private void floats(
      float[] a,
      int l,
      boolean oneLeft,
      float[] b,
      int r,
      boolean oneRight,
      float[] out,
      int o,
      int count) {
    if (operation == '/' && oneRight && !oneLeft && l == 0 && o == 0) {
      divide(a, b[r], out, count);
      return;
    }
    int nextLeft = oneLeft ? 0 : 1;
    int nextRight = oneRight ? 0 : 1;
    for (int i = 0; i < count; i++) {
      float x = a[l + i * nextLeft];
      float y = b[r + i * nextRight];
      out[o + i] =
          switch (operation) {
            case '+' -> x + y;
            case '-' -> x - y;
            case '*' -> x * y;
            default -> x / y;
          };
    }
  }

  /** At the same index, because only then does the JIT compiler use vector instructions. */
  private static void divide(float[] values, float divisor, float[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] = values[i] / divisor;
    }
  }
}
