package io.escala.spark.evaluate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * One figure over the folds.
 *
 * @param deviation standard deviation of the sample (n - 1); 0 for a single fold
 */
public record FoldStatistics(double mean, double deviation) {

  /** By the figures' names. */
  public static Map<String, FoldStatistics> of(List<HeldOutMetrics> folds) {
    Map<String, FoldStatistics> all = new LinkedHashMap<>();
    for (String name : folds.get(0).toMap().keySet()) {
      double[] values = folds.stream().mapToDouble(f -> f.toMap().get(name)).toArray();
      double sum = 0;
      for (double value : values) {
        sum += value;
      }
      double mean = sum / values.length;
      double squares = 0;
      for (double value : values) {
        squares += (value - mean) * (value - mean);
      }
      double deviation = values.length == 1 ? 0 : Math.sqrt(squares / (values.length - 1));
      all.put(name, new FoldStatistics(mean, deviation));
    }
    return all;
  }

  /** One number of each figure, by the figures' names. */
  static Map<String, Double> each(
      Map<String, FoldStatistics> all, ToDoubleFunction<FoldStatistics> number) {
    Map<String, Double> each = new LinkedHashMap<>();
    all.forEach((name, figure) -> each.put(name, number.applyAsDouble(figure)));
    return each;
  }
}
