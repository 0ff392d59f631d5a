package io.escala.spark.train;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Adds up what features count for into shares of their raw columns. */
final class Importances {
  private final Map<String, Double> sums = new HashMap<>();

  void add(String column, double importance) {
    sums.merge(column, importance, Double::sum);
  }

  /** By column, falling, 1 in all; all 0 if nothing counts. */
  Map<String, Double> shares() {
    double total = sums.values().stream().mapToDouble(Double::doubleValue).sum();
    Map<String, Double> shares = new LinkedHashMap<>();
    sums.entrySet().stream()
        .sorted(
            Map.Entry.<String, Double>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .forEach(e -> shares.put(e.getKey(), total == 0 ? 0 : e.getValue() / total));
    return shares;
  }
}
