package io.escala.spark.segments;

import java.io.Serializable;
import java.time.Instant;
import java.util.List;

/**
 * What a task must know to fit, measure and publish the models of its segments.
 *
 * @param by the columns whose values make the segments
 * @param categories columns that become indicators; texts, and whole numbers as texts
 * @param measures columns that count as numbers
 * @param ignored columns that no model uses
 * @param regularization of {@link LogisticFit}
 * @param models the root of the models, a full URI
 * @param now one moment for all, so that a task which runs again writes the same
 */
record SegmentPlan(
    List<String> by,
    List<String> categories,
    List<String> measures,
    List<String> ignored,
    long minRows,
    long minClassRows,
    double regularization,
    String name,
    String models,
    Instant now,
    long seed,
    String data,
    String dataSha256,
    String gitCommit,
    String sparkVersion)
    implements Serializable {

  /** Where the category's values stand in a row of {@link SegmentTable}. */
  int category(int index) {
    return by.size() + index;
  }

  int measure(int index) {
    return by.size() + categories.size() + index;
  }

  int label() {
    return by.size() + categories.size() + measures.size();
  }

  int hash() {
    return label() + 1;
  }

  int segment() {
    return hash() + 1;
  }

  int fault() {
    return segment() + 1;
  }
}
