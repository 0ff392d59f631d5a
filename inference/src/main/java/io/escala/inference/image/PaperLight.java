package io.escala.inference.image;

import java.util.Arrays;

/**
 * How bright the empty paper would be at each place: a quadratic surface, fitted to a coarse grid
 * so that what is far from it counts for nothing. It starts from the edge of the picture, where
 * there is mostly paper.
 */
final class PaperLight {
  private static final int GRID = 48;
  private static final int ROUNDS = 12;

  /** Grey levels by which paper may be off the surface in the last rounds, and in the first. */
  private static final double LAST_TOLERANCE = 24;

  private static final double FIRST_TOLERANCE = 96;
  private static final double EDGE = 0.75;

  private final double[] factors;

  private PaperLight(double[] factors) {
    this.factors = factors;
  }

  /**
   * @param u from the left edge, -1, to the right, 1
   * @param v from the top, -1, to the bottom, 1
   */
  double at(double u, double v) {
    return factors[0]
        + factors[1] * u
        + factors[2] * v
        + factors[3] * u * u
        + factors[4] * u * v
        + factors[5] * v * v;
  }

  static PaperLight of(WorkingCopy copy) {
    int columns = Math.min(GRID, copy.width());
    int rows = Math.min(GRID, copy.height());
    double[] us = new double[columns * rows];
    double[] vs = new double[columns * rows];
    double[] lights = new double[columns * rows];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        int x = (int) ((c + 0.5) * copy.width() / columns);
        int y = (int) ((r + 0.5) * copy.height() / rows);
        int at = r * columns + c;
        us[at] = place(x, copy.width());
        vs[at] = place(y, copy.height());
        lights[at] = copy.luma()[y * copy.width() + x];
      }
    }
    PaperLight light = new PaperLight(new double[] {median(us, vs, lights), 0, 0, 0, 0, 0});
    for (int round = 0; round < ROUNDS; round++) {
      double done = (double) round / (ROUNDS - 1);
      double tolerance = FIRST_TOLERANCE * Math.pow(LAST_TOLERANCE / FIRST_TOLERANCE, done);
      light = light.closer(us, vs, lights, tolerance, round < ROUNDS / 2);
    }
    return light;
  }

  /** The place of a pixel's centre, -1 to 1. */
  static double place(int at, int size) {
    return 2 * (at + 0.5) / size - 1;
  }

  private static boolean isEdge(double u, double v) {
    return Math.max(Math.abs(u), Math.abs(v)) > EDGE;
  }

  private static double median(double[] us, double[] vs, double[] lights) {
    double[] edge = new double[lights.length];
    int count = 0;
    for (int i = 0; i < lights.length; i++) {
      if (isEdge(us[i], vs[i])) {
        edge[count++] = lights[i];
      }
    }
    if (count == 0) {
      return lights[0];
    }
    Arrays.sort(edge, 0, count);
    return edge[count / 2];
  }

  /** One round of least squares; a point's weight falls to zero at the tolerance. */
  private PaperLight closer(
      double[] us, double[] vs, double[] lights, double tolerance, boolean edgeOnly) {
    int terms = edgeOnly ? 3 : 6;
    double[][] normal = new double[terms][terms + 1];
    for (int i = 0; i < lights.length; i++) {
      double off = (lights[i] - at(us[i], vs[i])) / tolerance;
      if (Math.abs(off) >= 1 || (edgeOnly && !isEdge(us[i], vs[i]))) {
        continue;
      }
      double weight = (1 - off * off) * (1 - off * off);
      double[] basis = {1, us[i], vs[i], us[i] * us[i], us[i] * vs[i], vs[i] * vs[i]};
      for (int r = 0; r < terms; r++) {
        for (int c = 0; c < terms; c++) {
          normal[r][c] += weight * basis[r] * basis[c];
        }
        normal[r][terms] += weight * basis[r] * lights[i];
      }
    }
    double[] solved = solve(normal);
    return solved == null ? this : new PaperLight(Arrays.copyOf(solved, 6));
  }

  /** Gaussian elimination with pivots; null if there is not enough to go by. */
  private static double[] solve(double[][] rows) {
    int n = rows.length;
    for (int c = 0; c < n; c++) {
      int pivot = c;
      for (int r = c + 1; r < n; r++) {
        pivot = Math.abs(rows[r][c]) > Math.abs(rows[pivot][c]) ? r : pivot;
      }
      if (Math.abs(rows[pivot][c]) < 1e-6) {
        return null;
      }
      double[] swapped = rows[c];
      rows[c] = rows[pivot];
      rows[pivot] = swapped;
      for (int r = 0; r < n; r++) {
        double factor = r == c ? 0 : rows[r][c] / rows[c][c];
        for (int k = c; k <= n && factor != 0; k++) {
          rows[r][k] -= factor * rows[c][k];
        }
      }
    }
    double[] solution = new double[n];
    for (int r = 0; r < n; r++) {
      solution[r] = rows[r][n] / rows[r][r];
    }
    return solution;
  }
}
