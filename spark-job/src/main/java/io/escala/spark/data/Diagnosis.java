package io.escala.spark.data;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** Says what is wrong with rows that are known to break the contract. */
final class Diagnosis implements Serializable {
  /** In place of a separator where rows are no lines of text. */
  static final char NO_LINES = '\0';

  private static final long serialVersionUID = 1L;

  private final ArrayList<String> columns;
  private final String target;
  private final char separator;

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

  /** A row whose number of cells is not that of the header's columns. */
  Fault ofMalformed(String line) {
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
   * The fault that stands first in a row.
   *
   * @param cells a text or null for each of the columns
   */
  Fault of(List<String> cells) {
    for (BankColumn column : BankColumns.FEATURES) {
      String cell = cells.get(columns.indexOf(column.name()));
      if (column.isFault(cell)) {
        return new Fault(column.name(), cell, "is not " + column.expected());
      }
    }
    String answer = cells.get(columns.indexOf(target));
    if (!BankColumns.POSITIVE.equals(answer) && !BankColumns.NEGATIVE.equals(answer)) {
      return new Fault(target, answer, "is not a target; expected yes or no");
    }
    int label = columns.indexOf(BankColumns.LABEL);
    if (label >= 0) {
      return new Fault(
          BankColumns.LABEL,
          cells.get(label),
          "contradicts column " + target + "; expected 1 for yes and 0 for no");
    }
    return new Fault(null, null, "the row breaks the data contract");
  }
}
