package io.escala.spark.wine;

import io.escala.spark.onnx.SvmFormula;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import libsvm.svm;
import libsvm.svm_model;
import libsvm.svm_node;
import libsvm.svm_parameter;
import libsvm.svm_problem;

/**
 * Fits what scikit-learn's {@code SVC()} fits with its defaults: libsvm's C-SVC with an RBF kernel,
 * C = 1, gamma = 1 / (columns x variance of all cells), tolerance 0.001, shrinking, features as
 * they are.
 */
final class WineSvm {
  static final double C = 1;
  static final double TOLERANCE = 1e-3;

  private static final int CACHE_MEGABYTES = 100;

  private WineSvm() {}

  /** gamma="scale" in scikit-learn's words. */
  static double gamma(WineRows rows) {
    double mean = 0;
    long cells = (long) rows.size() * WineRows.FEATURES.size();
    for (double[] row : rows.features()) {
      for (double cell : row) {
        mean += cell / cells;
      }
    }
    double variance = 0;
    for (double[] row : rows.features()) {
      for (double cell : row) {
        variance += (cell - mean) * (cell - mean) / cells;
      }
    }
    return 1 / (WineRows.FEATURES.size() * variance);
  }

  /**
   * @param seed of the cross-validation that the probabilities are fitted on; the labels do not
   *     depend on it
   */
  static SvmFormula fit(WineRows rows, long seed) {
    svm_problem problem = problem(rows);
    svm_parameter parameter = new svm_parameter();
    parameter.svm_type = svm_parameter.C_SVC;
    parameter.kernel_type = svm_parameter.RBF;
    parameter.gamma = gamma(rows);
    parameter.C = C;
    parameter.eps = TOLERANCE;
    parameter.shrinking = 1;
    parameter.probability = 1;
    parameter.cache_size = CACHE_MEGABYTES;
    svm_model model;
    // libsvm has one source of random numbers and one printer for the whole JVM
    synchronized (WineSvm.class) {
      svm.svm_set_print_string_function(text -> {});
      svm.rand.setSeed(seed);
      model = svm.svm_train(problem, parameter);
    }
    return formula(model);
  }

  /**
   * Sorted by class, as scikit-learn does before it calls libsvm: libsvm numbers the classes in the
   * order in which they appear. The order within a class is kept.
   */
  private static svm_problem problem(WineRows rows) {
    List<Integer> order = new ArrayList<>();
    for (int row = 0; row < rows.size(); row++) {
      order.add(row);
    }
    order.sort(Comparator.comparing(row -> rows.targets()[row]));
    svm_problem problem = new svm_problem();
    problem.l = rows.size();
    problem.x = new svm_node[rows.size()][];
    problem.y = new double[rows.size()];
    for (int i = 0; i < rows.size(); i++) {
      problem.x[i] = nodes(rows.features()[order.get(i)]);
      problem.y[i] = rows.targets()[order.get(i)];
    }
    return problem;
  }

  private static svm_node[] nodes(double... row) {
    svm_node[] nodes = new svm_node[row.length];
    for (int c = 0; c < row.length; c++) {
      nodes[c] = new svm_node();
      nodes[c].index = c + 1;
      nodes[c].value = row[c];
    }
    return nodes;
  }

  /**
   * libsvm keeps the coefficients by class: those of class i's support vectors in its pair with j
   * stand in row j - 1 if j is greater, in row j if it is smaller.
   */
  private static SvmFormula formula(svm_model model) {
    int classes = SvmFormula.CLASSES;
    int[] start = new int[classes];
    for (int c = 1; c < classes; c++) {
      start[c] = start[c - 1] + model.nSV[c - 1];
    }
    double[][] coefficients = new double[classes][model.l];
    int pair = 0;
    for (int i = 0; i < classes; i++) {
      for (int j = i + 1; j < classes; j++) {
        System.arraycopy(
            model.sv_coef[j - 1], start[i], coefficients[pair], start[i], model.nSV[i]);
        System.arraycopy(model.sv_coef[i], start[j], coefficients[pair], start[j], model.nSV[j]);
        pair++;
      }
    }
    double[][] vectors = new double[model.l][WineRows.FEATURES.size()];
    for (int s = 0; s < model.l; s++) {
      for (svm_node node : model.SV[s]) {
        vectors[s][node.index - 1] = node.value;
      }
    }
    return new SvmFormula(
        WineRows.FEATURES,
        model.param.gamma,
        vectors,
        coefficients,
        model.rho,
        model.probA,
        model.probB);
  }
}
