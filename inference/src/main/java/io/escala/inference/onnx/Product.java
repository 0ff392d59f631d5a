package io.escala.inference.onnx;

import java.util.Arrays;

/** Rows times a constant matrix, plus a constant. */
final class Product implements Step {
  private final Value input;
  private final Value output;
  private final int depth;
  private final int columns;

  /**
   * By input, then by output. Arrays of their own, because the JIT compiler computes several steps
   * of a loop at a time only if all of its arrays are read at the same index.
   */
  private final Object[] weights;

  /** One for each column, or null. */
  private final Object bias;

  private Product(
      Value input, Value output, int depth, int columns, Object[] weights, Object bias) {
    this.input = input;
    this.output = output;
    this.depth = depth;
    this.columns = columns;
    this.weights = weights;
    this.bias = bias;
  }

  static void matMul(Node node, Compiler compiler) {
    compile(node, false, null, compiler);
  }

  static void gemm(Node node, Compiler compiler) {
    boolean isPlain =
        node.single("alpha", 1) == 1
            && node.single("beta", 1) == 1
            && node.number("transA", 0) == 0;
    if (!isPlain) {
      throw node.unsupported("with alpha, beta or transA");
    }
    Tensor bias = node.inputs() > 2 ? compiler.constant(node, 2) : null;
    compile(node, node.number("transB", 0) != 0, bias, compiler);
  }

  private static void compile(Node node, boolean transposed, Tensor bias, Compiler compiler) {
    Value input = compiler.rows(node, 0);
    Tensor matrix = compiler.constant(node, 1);
    int[] sizes = matrix.dimensions();
    if (input.tail().length != 1
        || sizes.length != 2
        || matrix.element() != input.element()
        || !input.element().isFloatingPoint()) {
      throw node.unsupported("of other than rows of numbers and a matrix");
    }
    int depth = transposed ? sizes[1] : sizes[0];
    int columns = transposed ? sizes[0] : sizes[1];
    if (depth != input.width()) {
      throw node.unsupported("of sizes that do not match");
    }
    Object[] weights = weights(matrix, transposed, depth, columns);
    Object spread = bias == null ? null : spread(node, bias, matrix.element(), columns);
    checkFinite(node, matrix);
    Value output = compiler.output(node, input.element(), columns);
    compiler.multiplies((long) depth * columns);
    compiler.add(new Product(input, output, depth, columns, weights, spread));
  }

  private static Object[] weights(Tensor matrix, boolean transposed, int depth, int columns) {
    Object[] weights =
        matrix.element() == Element.DOUBLE ? new double[depth][] : new float[depth][];
    for (int i = 0; i < depth; i++) {
      Object row = matrix.element().array(columns);
      if (transposed) {
        for (int column = 0; column < columns; column++) {
          System.arraycopy(matrix.values(), column * depth + i, row, column, 1);
        }
      } else {
        System.arraycopy(matrix.values(), i * columns, row, 0, columns);
      }
      weights[i] = row;
    }
    return weights;
  }

  /** Passing over a zero is right only where its product would be zero. */
  static void checkFinite(Node node, Tensor matrix) {
    boolean finite = true;
    if (matrix.element() == Element.DOUBLE) {
      for (double weight : matrix.doubles()) {
        finite &= Double.isFinite(weight);
      }
    } else {
      for (float weight : matrix.floats()) {
        finite &= Float.isFinite(weight);
      }
    }
    if (!finite) {
      throw node.unsupported("with weights that are not finite");
    }
  }

  private static Object spread(Node node, Tensor bias, Element element, int columns) {
    int count = bias.count();
    boolean isRow =
        bias.dimensions().length <= 1
            || (bias.dimensions().length == 2 && bias.dimensions()[0] == 1);
    if (bias.element() != element || !isRow || (count != 1 && count != columns)) {
      throw node.unsupported("with a third input of such a shape");
    }
    Object result = element.array(columns);
    for (int i = 0; i < columns; i++) {
      System.arraycopy(bias.values(), count == 1 ? 0 : i, result, i, 1);
    }
    return result;
  }

  @Override
  public void run(Object[] memory, int rows) {
    if (weights instanceof double[][] matrix) {
      double[] in = (double[]) memory[input.slot()];
      double[] out = (double[]) memory[output.slot()];
      if (rows == 1) {
        ofOne(in, matrix, out);
      } else {
        ofSeveral(in, matrix, out, rows);
      }
    } else {
      float[] in = (float[]) memory[input.slot()];
      float[] out = (float[]) memory[output.slot()];
      for (int row = 0; row < rows; row++) {
        floats(in, row, (float[][]) weights, out, rows);
      }
    }
  }

  /** Along the columns of the matrix; a sum's parts come in the same order as below. */
  private void ofOne(double[] in, double[][] matrix, double[] out) {
    if (bias == null) {
      Arrays.fill(out, 0, columns, 0);
    } else {
      System.arraycopy(bias, 0, out, 0, columns);
    }
    if (columns == 1) {
      double sum = out[0];
      for (int i = 0; i < depth; i++) {
        sum += in[i] * matrix[i][0];
      }
      out[0] = sum;
      return;
    }
    for (int i = 0; i < depth; i++) {
      Scaled.add(in[i], matrix[i], out, 0, columns);
    }
  }

  /** Along the rows, four inputs at a time: a sum is read and written a fourth as often. */
  private void ofSeveral(double[] in, double[][] matrix, double[] out, int rows) {
    double[][] values = new double[depth][];
    for (int i = 0; i < depth; i++) {
      values[i] = Arrays.copyOfRange(in, i * rows, i * rows + rows);
    }
    double[] sums = new double[rows];
    for (int column = 0; column < columns; column++) {
      Arrays.fill(sums, bias == null ? 0 : ((double[]) bias)[column]);
      int i = 0;
      for (; i + 4 <= depth; i += 4) {
        addFour(
            matrix[i][column],
            values[i],
            matrix[i + 1][column],
            values[i + 1],
            matrix[i + 2][column],
            values[i + 2],
            matrix[i + 3][column],
            values[i + 3],
            sums);
      }
      for (; i < depth; i++) {
        Scaled.add(matrix[i][column], values[i], sums, 0, rows);
      }
      System.arraycopy(sums, 0, out, column * rows, rows);
    }
  }

  private static void addFour(
      double a,
      double[] ofA,
      double b,
      double[] ofB,
      double c,
      double[] ofC,
      double d,
      double[] ofD,
      double[] sums) {
    for (int row = 0; row < sums.length; row++) {
      sums[row] = sums[row] + a * ofA[row] + b * ofB[row] + c * ofC[row] + d * ofD[row];
    }
  }

  /** As layers of a network are, computed for one row at a time: many inputs are zero. */
  private void floats(float[] in, int row, float[][] matrix, float[] out, int rows) {
    float[] sums = new float[columns];
    if (bias != null) {
      System.arraycopy(bias, 0, sums, 0, columns);
    }
    for (int i = 0; i < depth; i++) {
      float x = in[i * rows + row];
      if (x != 0) {
        Scaled.add(x, matrix[i], sums, 0, columns);
      }
    }
    for (int column = 0; column < columns; column++) {
      out[column * rows + row] = sums[column];
    }
  }
}
