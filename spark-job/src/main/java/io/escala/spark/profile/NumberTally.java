package io.escala.spark.profile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** Numbers, told apart until there are too many, then in bins that share their leading bits. */
final class NumberTally implements ColumnTally {
  private static final long serialVersionUID = 1L;

  /** Of the 52 bits of a fraction 8 are left, so that a bin is at most 1/256 of its size wide. */
  private static final int DROPPED_BITS = 44;

  private final boolean whole;
  private HashMap<Double, Counts> values = new HashMap<>();
  private boolean binned;
  private long missing;
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;

  NumberTally(boolean whole) {
    this.whole = whole;
  }

  @Override
  public void add(Object value, boolean positive) {
    double number = value == null ? Double.NaN : ((Number) value).doubleValue() + 0.0;
    if (Double.isNaN(number)) {
      missing++;
      return;
    }
    min = Math.min(min, number);
    max = Math.max(max, number);
    values.computeIfAbsent(binned ? bin(number) : number, v -> new Counts()).add(positive);
    binIfTooMany();
  }

  private void binIfTooMany() {
    if (!binned && values.size() > DataProfile.MAX_DISTINCT) {
      binned = true;
      HashMap<Double, Counts> bins = new HashMap<>();
      values.forEach((v, c) -> bins.computeIfAbsent(bin(v), x -> new Counts()).add(c));
      values = bins;
    }
  }

  /** The middle of the number's bin. */
  private static double bin(double number) {
    if (number == 0 || Double.isInfinite(number)) {
      return number;
    }
    long bits = Double.doubleToLongBits(number) >>> DROPPED_BITS << DROPPED_BITS;
    return Double.longBitsToDouble(bits | 1L << (DROPPED_BITS - 1));
  }

  @Override
  public void merge(ColumnTally other) {
    NumberTally that = (NumberTally) other;
    missing += that.missing;
    min = Math.min(min, that.min);
    max = Math.max(max, that.max);
    boolean bins = binned || that.binned;
    HashMap<Double, Counts> all = new HashMap<>();
    for (NumberTally tally : List.of(this, that)) {
      boolean toBins = bins && !tally.binned;
      tally.values.forEach(
          (v, c) -> all.computeIfAbsent(toBins ? bin(v) : v, x -> new Counts()).add(c));
    }
    values = all;
    binned = bins;
    binIfTooMany();
  }

  @Override
  public ColumnProfile profile(String name, String type) {
    TreeMap<Double, Counts> sorted = new TreeMap<>(values);
    long rows = sorted.values().stream().mapToLong(c -> c.rows).sum();
    OptionalLong distinct = binned ? OptionalLong.empty() : OptionalLong.of(values.size());
    if (rows == 0) {
      return new ColumnProfile(name, type, missing, distinct, Optional.empty(), List.of());
    }
    double[] borders = {
      quartile(sorted, rows, 1),
      quartile(sorted, rows, 2),
      quartile(sorted, rows, 3),
      Double.POSITIVE_INFINITY
    };
    ColumnProfile.Spread spread =
        new ColumnProfile.Spread(
            min, shown(borders[0]), shown(borders[1]), shown(borders[2]), max, !binned);
    List<ColumnProfile.Part> parts = new ArrayList<>();
    double above = Double.NEGATIVE_INFINITY;
    for (double border : borders) {
      Counts counts = new Counts();
      for (Map.Entry<Double, Counts> value : sorted.entrySet()) {
        if (value.getKey() > above && value.getKey() <= border) {
          counts.add(value.getValue());
        }
      }
      if (counts.rows > 0) {
        parts.add(new ColumnProfile.Part(range(above, border), counts.rows, counts.positives));
      }
      above = border;
    }
    return new ColumnProfile(name, type, missing, distinct, Optional.of(spread), parts);
  }

  private static double quartile(SortedMap<Double, Counts> sorted, long rows, int quarter) {
    long seen = 0;
    for (Map.Entry<Double, Counts> value : sorted.entrySet()) {
      seen += value.getValue().rows;
      if (seen * 4.0 >= (double) rows * quarter) {
        return value.getKey();
      }
    }
    return sorted.lastKey();
  }

  private double shown(double number) {
    double inside = Math.min(max, Math.max(min, number));
    return whole ? Math.rint(inside) : inside;
  }

  private String range(double above, double border) {
    if (above == Double.NEGATIVE_INFINITY) {
      return "up to " + text(border);
    }
    return border == Double.POSITIVE_INFINITY
        ? "over " + text(above)
        : "over " + text(above) + " to " + text(border);
  }

  private String text(double number) {
    double value = shown(number);
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(binned ? Math.rint(value * 1000) / 1000 : value);
  }
}
