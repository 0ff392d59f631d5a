package io.escala.inference;

import java.util.List;

/** What a model says about a batch of rows, in the order of the rows. */
public final class Predictions {
  private final List<String> classes;
  private final long[] labels;
  private final double[] probabilities;

  Predictions(List<String> classes, long[] labels, double[] probabilities) {
    this.classes = classes;
    this.labels = labels;
    this.probabilities = probabilities;
  }

  /** How many rows. */
  public int size() {
    return labels.length;
  }

  /** The index into the manifest's classes of what the model says about a row. */
  public int labelIndex(int row) {
    return (int) labels[row];
  }

  /** The class that the model says a row is. */
  public String label(int row) {
    return classes.get(labelIndex(row));
  }

  /** The probability, 0 to 1, that a row is of the class with this index. */
  public double probability(int row, int classIndex) {
    return probabilities[row * classes.size() + classIndex];
  }
}
