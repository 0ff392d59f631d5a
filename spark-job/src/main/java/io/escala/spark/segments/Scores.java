package io.escala.spark.segments;

import io.escala.spark.train.HeldOutMetrics;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

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

  /** Sum of the squared differences between label and probability. */
  double squaredError() {
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      double error = labels[i] - probabilities[i];
      sum += error * error;
    }
    return sum;
  }

  Iterator<HeldOutMetrics.Scored> byFallingProbability() {
    int[] order =
        IntStream.range(0, labels.length)
            .boxed()
            .sorted((a, b) -> Double.compare(probabilities[b], probabilities[a]))
            .mapToInt(Integer::intValue)
            .toArray();
    return Arrays.stream(order)
        .mapToObj(i -> new HeldOutMetrics.Scored(probabilities[i], labels[i], 1 - labels[i]))
        .iterator();
  }
}
