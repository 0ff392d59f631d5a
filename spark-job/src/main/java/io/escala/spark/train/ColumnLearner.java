package io.escala.spark.train;

import io.escala.spark.data.BankColumns;
import io.escala.spark.onnx.EncodedColumn;
import io.escala.spark.onnx.LogisticGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/**
 * Learns from training rows how raw columns become numbers. A text that is missing is a value like
 * any other; "unknown" is one too.
 */
final class ColumnLearner {
  private static final String MONTH = "month";
  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
  private static final double MIDDLE_OF_THE_YEAR = 6.5;
  private static final String DAYS_SINCE = "pdays";
  private static final double NEVER = -1;

  /** How many rows of the base rate each value of a category is mixed with. */
  private static final double PRIOR_ROWS = 20;

  private static final int BINS = 24;

  private final List<String> columns;
  private final List<Row> rows;
  private final int label;
  private final double rate;

  /**
   * For these columns.
   *
   * @param rows with these columns and the label
   */
  ColumnLearner(List<String> columns, List<Row> rows) {
    this.columns = columns;
    this.rows = rows;
    this.label = rows.get(0).fieldIndex(BankColumns.LABEL);
    this.rate = rows.stream().mapToInt(r -> r.getInt(label)).average().orElseThrow();
  }

  /**
   * For trees: numbers as they are, each text as the rate of yes among its rows. A text that is
   * rare or was never seen has the rate of all rows. A month also counts as 1 to 12.
   */
  List<EncodedColumn> forTrees() {
    List<EncodedColumn> encoded = new ArrayList<>();
    for (String column : columns) {
      if (!isText(column)) {
        encoded.add(new EncodedColumn.Amount(column, whenMissing(column)));
        continue;
      }
      List<String> values = new ArrayList<>();
      List<Double> rates = new ArrayList<>();
      frequent(column)
          .forEach(
              (value, counts) -> {
                values.add(value);
                rates.add((counts[1] + PRIOR_ROWS * rate) / (counts[0] + counts[1] + PRIOR_ROWS));
              });
      encoded.add(new EncodedColumn.Level(column, values, rates, rate));
      if (column.equals(MONTH)) {
        encoded.add(
            new EncodedColumn.Level(
                column,
                MONTHS,
                MONTHS.stream().map(m -> MONTHS.indexOf(m) + 1.0).toList(),
                MIDDLE_OF_THE_YEAR));
      }
    }
    return encoded;
  }

  /**
   * For logistic regression: the number of the indicator that a value sets, counted from 0 over all
   * columns, or -1 for none. Numbers are cut into bins of about equally many rows. The most
   * frequent value or bin of a column sets none, nor does a text that is rare or was never seen.
   */
  Indicators forIndicators() {
    List<EncodedColumn> encoded = new ArrayList<>();
    List<Double> deviations = new ArrayList<>();
    for (String column : columns) {
      if (isText(column)) {
        Map<String, long[]> frequent = frequent(column);
        List<String> values = List.copyOf(frequent.keySet());
        long[] counts = frequent.values().stream().mapToLong(c -> c[0] + c[1]).toArray();
        List<Double> numbers = numbered(counts, deviations);
        encoded.add(new EncodedColumn.Level(column, values, numbers, -1));
      } else {
        double whenMissing = whenMissing(column);
        double[] sorted = present(column);
        List<Double> edges = edges(sorted);
        long[] counts = new long[edges.size() + 1];
        for (double value : sorted) {
          counts[bin(edges, value)]++;
        }
        List<Double> numbers = numbered(counts, deviations);
        encoded.add(new EncodedColumn.Steps(column, whenMissing, edges, numbers));
      }
    }
    return new Indicators(encoded, deviations);
  }

  /**
   * Columns as indicators.
   *
   * @param deviations the standard deviation of each indicator
   */
  record Indicators(List<EncodedColumn> columns, List<Double> deviations) {}

  private List<Double> numbered(long[] counts, List<Double> deviations) {
    int reference = 0;
    for (int i = 1; i < counts.length; i++) {
      reference = counts[i] > counts[reference] ? i : reference;
    }
    List<Double> numbers = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      if (i == reference) {
        numbers.add(-1.0);
      } else {
        double share = (double) counts[i] / rows.size();
        numbers.add((double) deviations.size());
        deviations.add(Math.sqrt(share * (1 - share)));
      }
    }
    return numbers;
  }

  private static boolean isText(String column) {
    return BankColumns.feature(column).type().equals(DataTypes.StringType);
  }

  /** Rows without and with yes by text, for texts with enough rows to say something. */
  private Map<String, long[]> frequent(String column) {
    int index = rows.get(0).fieldIndex(column);
    Map<String, long[]> counts = new TreeMap<>();
    for (Row row : rows) {
      String value = row.isNullAt(index) ? LogisticGraph.MISSING_TEXT : row.getString(index);
      counts.computeIfAbsent(value, v -> new long[2])[row.getInt(label)]++;
    }
    long enough = Math.max(2, Math.min(20, rows.size() / 100));
    counts.values().removeIf(c -> c[0] + c[1] < enough);
    counts.keySet().removeIf(v -> !reachesTheGraph(v));
    if (counts.isEmpty()) {
      counts.put(LogisticGraph.MISSING_TEXT, new long[2]);
    }
    return counts;
  }

  /** ONNX Runtime's Java API cannot pass on other characters, so no request can hold them. */
  private static boolean reachesTheGraph(String text) {
    return text.chars().noneMatch(c -> c == 0 || Character.isSurrogate((char) c));
  }

  private double whenMissing(String column) {
    double[] present = present(column);
    return column.equals(DAYS_SINCE) || present.length == 0 ? NEVER : present[present.length / 2];
  }

  private double[] present(String column) {
    int index = rows.get(0).fieldIndex(column);
    double[] values =
        rows.stream()
            .filter(r -> !r.isNullAt(index))
            .mapToDouble(r -> ((Number) r.get(index)).doubleValue())
            .toArray();
    Arrays.sort(values);
    return values;
  }

  /**
   * The greatest value of each bin but the last. A value that fills a bin alone, such as "never",
   * leaves the other bins to the other values.
   */
  private static List<Double> edges(double[] sorted) {
    List<Double> edges = new ArrayList<>();
    int least = Math.max(25, sorted.length / 100);
    int start = 0;
    for (int bin = 0; bin < BINS - 1; bin++) {
      int rest = sorted.length - start;
      int end = start + Math.max(least, rest / (BINS - bin));
      while (end < sorted.length && end > 0 && sorted[end] == sorted[end - 1]) {
        end++;
      }
      if (sorted.length - end < least) {
        break;
      }
      edges.add(sorted[end - 1]);
      start = end;
    }
    return edges;
  }

  private static int bin(List<Double> edges, double value) {
    int bin = 0;
    while (bin < edges.size() && value > edges.get(bin)) {
      bin++;
    }
    return bin;
  }
}
