package io.escala.spark.data;

/**
 * What is wrong with a row.
 *
 * @param column the first one at fault; null if it is the row as a whole
 * @param value of the cell; null if it is empty, or if it is the row as a whole
 * @param reason such as {@code is not a whole number from 10 to 120, or nothing}: without the
 *     value, so that faults can be counted by it
 */
record Fault(String column, String value, String reason) {
  private static final int MOST_SHOWN = 60;

  /** For a message that has said where. */
  String described() {
    return column == null ? reason : "column " + column + ": " + shown() + " " + reason;
  }

  private String shown() {
    if (value == null) {
      return "nothing";
    }
    return value.length() <= MOST_SHOWN
        ? "'" + value + "'"
        : "'" + value.substring(0, MOST_SHOWN - 3) + "...'";
  }
}
