package io.escala.spark.segments;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How the columns become features: an indicator for each value that was seen in fitting, then each
 * measure less its mean in standard deviations (0 where it is missing or never varies), then 1 for
 * the intercept.
 */
final class Encoding implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String[][] values;
  private final int[] offsets;
  private final double[] means;
  private final double[] deviations;
  private final int size;

  private Encoding(String[][] values, double[] means, double[] deviations) {
    this.values = values;
    this.means = means;
    this.deviations = deviations;
    this.offsets = new int[values.length + 1];
    for (int c = 0; c < values.length; c++) {
      offsets[c + 1] = offsets[c] + values[c].length;
    }
    this.size = offsets[values.length] + means.length + 1;
  }

  static Encoding of(ColumnSummary summary) {
    String[][] values = new String[summary.categories()][];
    for (int c = 0; c < values.length; c++) {
      values[c] =
          Arrays.stream(summary.values(c)).filter(Encoding::isServable).toArray(String[]::new);
    }
    double[] means = new double[summary.measures()];
    double[] deviations = new double[means.length];
    Arrays.setAll(means, summary::mean);
    Arrays.setAll(deviations, summary::deviation);
    return new Encoding(values, means, deviations);
  }

  /** Weights of this encoding's features as those of another's, 0 where this one has none. */
  double[] translated(double[] weights, Encoding to) {
    double[] translated = new double[to.size];
    translated[to.size - 1] = weights[size - 1];
    for (int c = 0; c < values.length; c++) {
      for (int v = 0; v < to.values[c].length; v++) {
        int found = Arrays.binarySearch(values[c], to.values[c][v]);
        translated[to.offsets[c] + v] = found < 0 ? 0 : weights[offsets[c] + found];
      }
    }
    for (int m = 0; m < means.length; m++) {
      if (deviations[m] > 0 && to.deviations[m] > 0) {
        double weight = weights[feature(m)] / deviations[m];
        translated[to.feature(m)] = weight * to.deviations[m];
        translated[to.size - 1] += weight * (to.means[m] - means[m]);
      }
    }
    return translated;
  }

  /** What ONNX Runtime's Java API hands over unchanged: neither U+0000 nor above U+FFFF. */
  private static boolean isServable(String text) {
    return text.chars().noneMatch(c -> c == 0 || Character.isSurrogate((char) c));
  }

  /** How many features, the intercept included as the last. */
  int size() {
    return size;
  }

  List<String> values(int category) {
    return List.of(values[category]);
  }

  /** The feature of a category's first value. */
  int offset(int category) {
    return offsets[category];
  }

  /** The feature of a measure. */
  int feature(int measure) {
    return offsets[values.length] + measure;
  }

  double mean(int measure) {
    return means[measure];
  }

  double deviation(int measure) {
    return deviations[measure];
  }

  /** Ready for the rows of one block. */
  Reader reader(EncodedRows block) {
    return new Reader(block);
  }

  /** Gives the features of one row after the other that are not zero. */
  final class Reader {
    private final EncodedRows block;
    private final List<int[]> features = new ArrayList<>();
    private final int[] index = new int[values.length + means.length + 1];
    private final double[] value = new double[index.length];
    private int active;

    private Reader(EncodedRows block) {
      this.block = block;
      for (int c = 0; c < values.length; c++) {
        String[] known = values[c];
        int offset = offsets[c];
        features.add(
            Arrays.stream(block.values(c))
                .mapToInt(text -> Arrays.binarySearch(known, text))
                .map(found -> found < 0 ? -1 : offset + found)
                .toArray());
      }
    }

    void read(int row) {
      active = 0;
      for (int c = 0; c < values.length; c++) {
        int code = block.code(c, row);
        int feature = code == EncodedRows.MISSING ? -1 : features.get(c)[code];
        if (feature >= 0) {
          set(feature, 1);
        }
      }
      for (int m = 0; m < means.length; m++) {
        double raw = block.measure(m, row);
        if (deviations[m] > 0 && !Double.isNaN(raw)) {
          set(feature(m), (raw - means[m]) / deviations[m]);
        }
      }
      set(size - 1, 1);
    }

    private void set(int feature, double amount) {
      index[active] = feature;
      value[active] = amount;
      active++;
    }

    double margin(double[] weights) {
      double sum = 0;
      for (int k = 0; k < active; k++) {
        sum += weights[index[k]] * value[k];
      }
      return sum;
    }

    /** Adds what a row contributes, its features rising. */
    void addTo(double[] gradient, double[] curvature, double residual, double spread) {
      for (int k = 0; k < active; k++) {
        gradient[index[k]] += residual * value[k];
        int start = index[k] * (index[k] + 1) / 2;
        double scaled = spread * value[k];
        for (int l = 0; l <= k; l++) {
          curvature[start + index[l]] += scaled * value[l];
        }
      }
    }
  }
}
