package io.escala.spark.profile;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one column holds.
 *
 * @param type as SQL names it
 * @param missing rows without a value
 * @param distinct how many values there are; empty if more than {@link DataProfile#MAX_DISTINCT}
 * @param spread of a column of numbers that has any
 * @param parts of numbers, the ranges between quartiles; of anything else, the most frequent values
 *     and the others together. Empty for text with too many values to count.
 */
public record ColumnProfile(
    String name,
    String type,
    long missing,
    OptionalLong distinct,
    Optional<Spread> spread,
    List<Part> parts) {

  /**
   * Each quartile is the least value that at least so many rows do not exceed.
   *
   * @param exact whether the quartiles are; otherwise they are within 0.4 %. Ends always are.
   */
  public record Spread(
      double min,
      double lowerQuartile,
      double median,
      double upperQuartile,
      double max,
      boolean exact) {}

  /** Some of the rows. */
  public record Part(String values, long rows, long positives) {
    /** The share of positive rows. */
    public double rate() {
      return (double) positives / rows;
    }
  }

  public ColumnProfile {
    parts = List.copyOf(parts);
  }
}
