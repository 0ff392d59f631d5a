package io.escala.spark.onnx;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.util.List;

/**
 * A raw column as one number. What it computes with was learnt in training; Spark and the graph
 * compute the same from it.
 */
public sealed interface EncodedColumn extends Serializable {
  /** The raw column. */
  String column();

  /**
   * A text as the number that belongs to it.
   *
   * @param values the texts; the empty one stands for a missing text
   * @param numbers one for each value
   * @param other for any other text
   */
  record Level(String column, List<String> values, List<Double> numbers, double other)
      implements EncodedColumn {
    public Level {
      requireNonNull(column, "column is null");
      values = List.copyOf(values);
      numbers = List.copyOf(numbers);
      if (values.size() != numbers.size()) {
        throw new IllegalArgumentException(
            column + " has " + values.size() + " values, but " + numbers.size() + " numbers");
      }
    }
  }

  /**
   * A number as it is.
   *
   * @param whenMissing what a missing one counts as
   */
  record Amount(String column, double whenMissing) implements EncodedColumn {
    public Amount {
      requireNonNull(column, "column is null");
    }
  }

  /**
   * A number as the number that belongs to its bin.
   *
   * @param whenMissing what a missing one counts as
   * @param edges rising; a number is in the bin that has as many edges below it
   * @param numbers one for each bin: one more than there are edges
   */
  record Steps(String column, double whenMissing, List<Double> edges, List<Double> numbers)
      implements EncodedColumn {
    public Steps {
      requireNonNull(column, "column is null");
      edges = List.copyOf(edges);
      numbers = List.copyOf(numbers);
      if (numbers.size() != edges.size() + 1) {
        throw new IllegalArgumentException(
            column + " has " + edges.size() + " edges, but " + numbers.size() + " numbers");
      }
    }
  }
}
