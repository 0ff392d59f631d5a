package io.escala.spark.train;

/** Solves a symmetric, positive definite system of equations. */
public final class Cholesky {
  private Cholesky() {}

  /**
   * The x with A x = b.
   *
   * @param a the lower triangle row by row; it is overwritten
   * @throws ArithmeticException if the matrix is not positive definite
   */
  public static double[] solve(double[] a, double[] b) {
    int n = b.length;
    for (int i = 0; i < n; i++) {
      int rowI = i * (i + 1) / 2;
      for (int j = 0; j <= i; j++) {
        int rowJ = j * (j + 1) / 2;
        double sum = a[rowI + j];
        for (int k = 0; k < j; k++) {
          sum -= a[rowI + k] * a[rowJ + k];
        }
        if (i > j) {
          a[rowI + j] = sum / a[rowJ + j];
        } else if (sum > 0) {
          a[rowI + i] = Math.sqrt(sum);
        } else {
          throw new ArithmeticException("the curvature is not positive definite at feature " + i);
        }
      }
    }
    double[] x = b.clone();
    for (int i = 0; i < n; i++) {
      int row = i * (i + 1) / 2;
      for (int k = 0; k < i; k++) {
        x[i] -= a[row + k] * x[k];
      }
      x[i] /= a[row + i];
    }
    for (int i = n - 1; i >= 0; i--) {
      x[i] /= a[i * (i + 1) / 2 + i];
      for (int k = 0; k < i; k++) {
        x[k] -= a[i * (i + 1) / 2 + k] * x[i];
      }
    }
    return x;
  }
}
