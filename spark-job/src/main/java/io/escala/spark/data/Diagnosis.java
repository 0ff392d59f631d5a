package io.escala.spark.data;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Says what is wrong with rows: lines of text, or records that are known to break the contract. */
final class Diagnosis implements Serializable {
  /** In place of a separator where rows are no lines of text. */
  static final char NO_LINES = '\0';

  private static final long serialVersionUID = 1L;

  private final ArrayList<String> columns;
  private final String target;
  private final char separator;
  private transient CsvCells cells;

  /**
   * @param columns the target and perhaps the label among them
   */
  Diagnosis(List<String> columns, String target, char separator) {
    this.columns = new ArrayList<>(columns);
    this.target = target;
    this.separator = separator;
  }

  boolean isOfLines() {
    return separator != NO_LINES;
  }

  /** The fault that stands first in a line; empty if the line is sound. */
  Optional<Fault> ofLine(String line) {
    if (cells == null) {
      cells = new CsvCells(separator, columns.size());
    }
    String[] texts = cells.of(line);
    return texts == null ? Optional.of(ofMalformed(line)) : first(Arrays.asList(texts));
  }

  private Fault ofMalformed(String line) {
    return new Fault(
        null,
        null,
        "the row has "
            + CsvLine.cells(line, separator).size()
            + " cells, but the header has "
            + columns.size()
            + " columns");
  }

  /**
   * The fault that stands first in a record.
   *
   * @param cells a text or null for each of the columns
   */
  Fault ofRecord(List<String> cells) {
    return first(cells).orElseGet(() -> new Fault(null, null, "the row breaks the data contract"));
  }

  private Optional<Fault> first(List<String> texts) {
    for (BankColumn column : BankColumns.FEATURES) {
      String text = texts.get(columns.indexOf(column.name()));
      if (column.isFault(text)) {
        return Optional.of(new Fault(column.name(), text, "is not " + column.expected()));
      }
    }
    String answer = texts.get(columns.indexOf(target));
    boolean isPositive = BankColumns.POSITIVE.equals(answer);
    if (!isPositive && !BankColumns.NEGATIVE.equals(answer)) {
      return Optional.of(new Fault(target, answer, "is not a target; expected yes or no"));
    }
    int place = columns.indexOf(BankColumns.LABEL);
    if (place >= 0 && !isLabel(texts.get(place), isPositive ? 1 : 0)) {
      return Optional.of(
          new Fault(
              BankColumns.LABEL,
              texts.get(place),
              "contradicts column " + target + "; expected 1 for yes and 0 for no"));
    }
    return Optional.empty();
  }

  private static boolean isLabel(String text, int expected) {
    try {
      return text != null && Integer.parseInt(text) == expected;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
