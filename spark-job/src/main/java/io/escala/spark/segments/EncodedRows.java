package io.escala.spark.segments;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Rows of one segment, or of one chunk of it, as plain arrays: a category's value is a number into
 * this block's own dictionary, so that a row takes some hundred bytes.
 */
final class EncodedRows implements Serializable {
  static final int MISSING = -1;

  private static final long serialVersionUID = 1L;
  private static final Comparator<String> NULL_FIRST =
      Comparator.nullsFirst(Comparator.naturalOrder());

  private final int size;
  private final long[] hashes;
  private final byte[] labels;
  private final String[][] values;
  private final int[][] codes;
  private final double[][] measures;

  private EncodedRows(Builder builder) {
    size = builder.size;
    hashes = Arrays.copyOf(builder.hashes, size);
    labels = Arrays.copyOf(builder.labels, size);
    codes = trimmed(builder.codes);
    measures = new double[builder.measures.length][];
    Arrays.setAll(measures, m -> Arrays.copyOf(builder.measures[m], size));
    values = new String[builder.values.size()][];
    Arrays.setAll(values, c -> builder.values.get(c).toArray(String[]::new));
  }

  private int[][] trimmed(int[][] grown) {
    int[][] all = new int[grown.length][];
    Arrays.setAll(all, c -> Arrays.copyOf(grown[c], size));
    return all;
  }

  private EncodedRows(EncodedRows rows, int[] order) {
    size = rows.size;
    values = rows.values;
    hashes = new long[size];
    labels = new byte[size];
    codes = new int[rows.codes.length][size];
    measures = new double[rows.measures.length][size];
    for (int row = 0; row < size; row++) {
      int from = order[row];
      hashes[row] = rows.hashes[from];
      labels[row] = rows.labels[from];
      for (int c = 0; c < codes.length; c++) {
        codes[c][row] = rows.codes[c][from];
      }
      for (int m = 0; m < measures.length; m++) {
        measures[m][row] = rows.measures[m][from];
      }
    }
  }

  /** The same rows in an order that only their content decides: by hash, then by all the rest. */
  EncodedRows sorted() {
    int[] order =
        IntStream.range(0, size).boxed().sorted(this::compare).mapToInt(row -> row).toArray();
    return new EncodedRows(this, order);
  }

  private int compare(int a, int b) {
    int compared = Long.compare(hashes[a], hashes[b]);
    for (int c = 0; compared == 0 && c < codes.length; c++) {
      if (codes[c][a] != codes[c][b]) {
        compared = NULL_FIRST.compare(text(c, a), text(c, b));
      }
    }
    for (int m = 0; compared == 0 && m < measures.length; m++) {
      compared = Double.compare(measures[m][a], measures[m][b]);
    }
    return compared == 0 ? Byte.compare(labels[a], labels[b]) : compared;
  }

  int size() {
    return size;
  }

  /** Of the row's content and the seed: what splits and folds go by. */
  long hash(int row) {
    return hashes[row];
  }

  /** Of the rows with this label. */
  long[] hashes(int label) {
    return IntStream.range(0, size)
        .filter(row -> labels[row] == label)
        .mapToLong(row -> hashes[row])
        .toArray();
  }

  /** 1 or 0. */
  int label(int row) {
    return labels[row];
  }

  int categories() {
    return codes.length;
  }

  /** Each once, in the order in which the rows bring them. */
  String[] values(int category) {
    return values[category];
  }

  /** An index into the category's values, or {@link #MISSING}. */
  int code(int category, int row) {
    return codes[category][row];
  }

  /** The category's value, null where it is missing. */
  String text(int category, int row) {
    int code = codes[category][row];
    return code == MISSING ? null : values[category][code];
  }

  /** All of a row's categories. */
  String[] texts(int row) {
    String[] texts = new String[codes.length];
    Arrays.setAll(texts, c -> text(c, row));
    return texts;
  }

  /** All of a row's measures. */
  double[] numbers(int row) {
    double[] numbers = new double[measures.length];
    Arrays.setAll(numbers, m -> measures[m][row]);
    return numbers;
  }

  int measures() {
    return measures.length;
  }

  /** The number, NaN where it is missing. */
  double measure(int measure, int row) {
    return measures[measure][row];
  }

  /** Takes rows one by one. */
  static final class Builder {
    private final List<Map<UTF8String, Integer>> codeOf = new ArrayList<>();
    private final List<Map<String, Integer>> codeOfText = new ArrayList<>();
    private final List<List<String>> values = new ArrayList<>();
    private final int[][] codes;
    private final double[][] measures;
    private long[] hashes = new long[16];
    private byte[] labels = new byte[16];
    private int size;

    Builder(int categories, int measureCount) {
      codes = new int[categories][16];
      measures = new double[measureCount][16];
      for (int c = 0; c < categories; c++) {
        codeOf.add(new HashMap<>());
        codeOfText.add(new HashMap<>());
        values.add(new ArrayList<>());
      }
    }

    int size() {
      return size;
    }

    /**
     * One more row.
     *
     * @param texts a value for each category; null or empty where it is missing
     * @param numbers one for each measure; NaN where it is missing
     */
    void add(String[] texts, double[] numbers, int label, long hash) {
      add(
          Arrays.stream(texts).map(UTF8String::fromString).toArray(UTF8String[]::new),
          numbers,
          label,
          hash);
    }

    /** The same, of texts whose memory may be used again. */
    void add(UTF8String[] texts, double[] numbers, int label, long hash) {
      if (size == hashes.length) {
        grow(size + (size >> 1));
      }
      for (int c = 0; c < codes.length; c++) {
        codes[c][size] = code(c, texts[c]);
      }
      for (int m = 0; m < measures.length; m++) {
        measures[m][size] = numbers[m];
      }
      labels[size] = (byte) label;
      hashes[size] = hash;
      size++;
    }

    EncodedRows build() {
      return new EncodedRows(this);
    }

    private int code(int category, UTF8String text) {
      if (text == null || text.numBytes() == 0) {
        return MISSING;
      }
      Integer known = codeOf.get(category).get(text);
      if (known != null) {
        return known;
      }
      // Other bytes may be the same text if they are not proper UTF-8
      List<String> found = values.get(category);
      int code =
          codeOfText
              .get(category)
              .computeIfAbsent(
                  text.toString(),
                  t -> {
                    found.add(t);
                    return found.size() - 1;
                  });
      codeOf.get(category).put(text.clone(), code);
      return code;
    }

    private void grow(int capacity) {
      hashes = Arrays.copyOf(hashes, capacity);
      labels = Arrays.copyOf(labels, capacity);
      Arrays.setAll(codes, c -> Arrays.copyOf(codes[c], capacity));
      Arrays.setAll(measures, m -> Arrays.copyOf(measures[m], capacity));
    }
  }
}
