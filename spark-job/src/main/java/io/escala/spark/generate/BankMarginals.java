package io.escala.spark.generate;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How the columns of the real data are distributed among the customers who said no and among those
 * who said yes: {@code bank-marginals.csv}, which names its source.
 */
final class BankMarginals {
  private static final String RESOURCE = "bank-marginals.csv";

  private final Map<String, List<String>> values = new HashMap<>();
  private final Map<String, List<long[]>> counts = new HashMap<>();
  private final Map<String, double[]> quantiles = new HashMap<>();
  private double[] probabilities;

  private BankMarginals() {}

  static BankMarginals load() {
    BankMarginals marginals = new BankMarginals();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                BankMarginals.class.getResourceAsStream(RESOURCE), StandardCharsets.UTF_8))) {
      lines.lines().filter(l -> !l.startsWith("#")).forEach(l -> marginals.add(l.split(";", -1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return marginals;
  }

  private void add(String[] line) {
    switch (line[0]) {
      case "count" -> {
        values.computeIfAbsent(line[1], c -> new ArrayList<>()).add(line[2]);
        counts
            .computeIfAbsent(line[1], c -> new ArrayList<>())
            .add(new long[] {Long.parseLong(line[3]), Long.parseLong(line[4])});
      }
      case "probabilities" -> probabilities = numbers(line, 1);
      case "quantiles" -> quantiles.put(line[1] + line[2], numbers(line, 3));
      default -> throw new IllegalStateException(RESOURCE + " has a line of kind " + line[0]);
    }
  }

  private static double[] numbers(String[] line, int from) {
    return Arrays.stream(line, from, line.length).mapToDouble(Double::parseDouble).toArray();
  }

  /** The share of customers who said yes. */
  double yesShare() {
    long[] all = counts.get("y").get(0);
    return (double) all[1] / (all[0] + all[1]);
  }

  /**
   * A value of a category.
   *
   * @param u uniform in [0, 1)
   */
  String category(String column, boolean yes, double u) {
    List<long[]> of = counts.get(column);
    int side = yes ? 1 : 0;
    long total = 0;
    for (long[] count : of) {
      total += count[side];
    }
    long rank = (long) (u * total);
    int i = 0;
    while (rank >= of.get(i)[side]) {
      rank -= of.get(i)[side];
      i++;
    }
    return values.get(column).get(i);
  }

  /**
   * A value of a whole number: linear between the quantiles.
   *
   * @param u uniform in [0, 1)
   */
  int number(String column, boolean yes, double u) {
    double[] of = quantiles.get(column + (yes ? "yes" : "no"));
    int i = 0;
    while (u >= probabilities[i + 1]) {
      i++;
    }
    double within = (u - probabilities[i]) / (probabilities[i + 1] - probabilities[i]);
    return (int) Math.floor(of[i] + within * (of[i + 1] - of[i]) + 0.5);
  }
}
