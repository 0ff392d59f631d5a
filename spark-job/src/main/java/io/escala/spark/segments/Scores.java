package io.escala.spark.segments;

import io.escala.spark.evaluate.HeldOutMetrics;
import java.io.Serializable;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a model says of rows that it was not fitted to: the probability of yes, one a row. */
final class Scores implements Serializable {
  private static final long serialVersionUID = 1L;

  private final double[] probabilities;
  private final byte[] labels;

  /** As many labels, 1 or 0, as probabilities. */
  Scores(double[] probabilities, byte[] labels) {
    this.probabilities = probabilities;
    this.labels = labels;
  }

  static Scores together(List<Scores> parts) {
    int size = parts.stream().mapToInt(Scores::size).sum();
    double[] probabilities = new double[size];
    byte[] labels = new byte[size];
    int at = 0;
    for (Scores part : parts) {
      System.arraycopy(part.probabilities, 0, probabilities, at, part.size());
      System.arraycopy(part.labels, 0, labels, at, part.size());
      at += part.size();
    }
    return new Scores(probabilities, labels);
  }

  int size() {
    return labels.length;
  }

  double probability(int row) {
    return probabilities[row];
  }

  int label(int row) {
    return labels[row];
  }

  /** Rows of the same probability are one group. */
  Iterator<HeldOutMetrics.Scored> byFallingProbability() {
    SortedMap<Double, long[]> counts = new TreeMap<>(Comparator.reverseOrder());
    for (int i = 0; i < labels.length; i++) {
      counts.computeIfAbsent(probabilities[i] + 0.0, p -> new long[2])[labels[i]]++;
    }
    return counts.entrySet().stream()
        .map(e -> new HeldOutMetrics.Scored(e.getKey(), e.getValue()[1], e.getValue()[0]))
        .iterator();
  }
}
