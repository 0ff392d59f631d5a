package io.escala.spark.score;

import io.escala.inference.Batch;
import io.escala.inference.InputException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.types.UTF8String;

/** Sets the values of a table's row in a batch, and keeps the numbers that texts stand for. */
final class RowReader {
  private final ScorePlan plan;
  private final ScorePlan.Input[] inputs;
  private final ScorePlan.Source[][] sources;
  private final int[][] parsedIndex;
  private final long[][] parsed;
  private final boolean[][] absent;

  RowReader(ScorePlan plan, int capacity) {
    this.plan = plan;
    this.inputs = plan.inputs().toArray(ScorePlan.Input[]::new);
    this.sources = new ScorePlan.Source[inputs.length][];
    this.parsedIndex = new int[inputs.length][];
    int count = 0;
    for (int i = 0; i < inputs.length; i++) {
      sources[i] = inputs[i].sources().toArray(ScorePlan.Source[]::new);
      parsedIndex[i] = new int[sources[i].length];
      for (int s = 0; s < sources[i].length; s++) {
        parsedIndex[i][s] = inputs[i].isParsed(sources[i][s]) ? count++ : -1;
      }
    }
    this.parsed = new long[count][capacity];
    this.absent = new boolean[count][capacity];
  }

  /**
   * Null if the row can be scored; otherwise the column at fault, or the name of {@link
   * InputTable#MALFORMED}, and what is wrong.
   */
  Fault read(InternalRow row, Batch batch) {
    if (plan.malformed() >= 0 && !row.isNullAt(plan.malformed())) {
      return new Fault(InputTable.MALFORMED, "the line is not a row of the table");
    }
    int input = 0;
    int source = 0;
    try {
      for (; input < inputs.length; input++) {
        if (inputs[input].array()) {
          setArray(input, row, batch);
        } else {
          for (source = 0; source < sources[input].length; source++) {
            set(input, source, source, row, sources[input][source].place(), batch);
          }
        }
      }
      return null;
    } catch (InputException e) {
      return fault(input, source, e.getMessage());
    }
  }

  /** A message names the input and the index of its value; a column of single values is named. */
  private Fault fault(int input, int source, String message) {
    String name = inputs[input].name();
    if (inputs[input].array() || inputs[input].width() == 1) {
      return new Fault(name, message);
    }
    String column = sources[input][source].column();
    return new Fault(column, column + message.substring((name + "[" + source + "]").length()));
  }

  private void setArray(int input, InternalRow row, Batch batch) {
    int place = sources[input][0].place();
    if (row.isNullAt(place)) {
      batch.setNull(input);
      return;
    }
    ArrayData array = row.getArray(place);
    int given = array.numElements();
    if (given != inputs[input].width()) {
      throw new InputException(
          inputs[input].name()
              + " has "
              + given
              + " values, but must have "
              + inputs[input].width());
    }
    for (int element = 0; element < given; element++) {
      set(input, 0, element, array, element, batch);
    }
  }

  /**
   * Sets a value.
   *
   * @param source of the input's sources
   * @param element of the input's values
   * @param cells a row, or the array in one of its cells
   * @param place of the value there
   */
  private void set(
      int input, int source, int element, SpecializedGetters cells, int place, Batch batch) {
    if (cells.isNullAt(place)) {
      setNull(input, source, element, batch);
      return;
    }
    ScorePlan.Source from = sources[input][source];
    switch (from.cells()) {
      case TEXT -> setText(input, source, element, cells.getUTF8String(place), batch);
      case BYTE -> batch.set(input, element, (long) cells.getByte(place));
      case SHORT -> batch.set(input, element, (long) cells.getShort(place));
      case INT -> batch.set(input, element, (long) cells.getInt(place));
      case LONG -> batch.set(input, element, cells.getLong(place));
      case FLOAT -> batch.set(input, element, (double) cells.getFloat(place));
      case DOUBLE -> batch.set(input, element, cells.getDouble(place));
      case DECIMAL ->
          batch.set(
              input, element, cells.getDecimal(place, from.precision(), from.scale()).toDouble());
    }
  }

  private void setNull(int input, int source, int element, Batch batch) {
    if (parsedIndex[input][source] >= 0) {
      absent[parsedIndex[input][source]][batch.size()] = true;
    }
    batch.setNull(input, element);
  }

  private void setText(int input, int source, int element, UTF8String cell, Batch batch) {
    if (plan.emptyIsNull() && cell.numBytes() == 0) {
      setNull(input, source, element, batch);
      return;
    }
    String text = cell.toString();
    if (inputs[input].text() || !isDecimal(text)) {
      batch.set(input, element, text); // refuses a text for a number
      return;
    }
    boolean whole = inputs[input].whole();
    try {
      if (whole && isWhole(text)) {
        long value = Long.parseLong(text);
        batch.set(input, element, value);
        keep(parsedIndex[input][source], value, batch);
      } else {
        double value = Double.parseDouble(text);
        batch.set(input, element, value);
        keep(
            parsedIndex[input][source],
            whole ? (long) value : Double.doubleToRawLongBits(value),
            batch);
      }
    } catch (NumberFormatException e) {
      batch.set(input, element, text); // refuses it
    }
  }

  /** Java also reads "NaN", "5d", "0x1p3" and " 5" as numbers; a table does not mean them so. */
  private static boolean isDecimal(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E') {
        return false;
      }
    }
    return true;
  }

  private static boolean isWhole(String text) {
    return text.indexOf('.') < 0 && text.indexOf('e') < 0 && text.indexOf('E') < 0;
  }

  private void keep(int number, long bits, Batch batch) {
    if (number >= 0) {
      parsed[number][batch.size()] = bits;
      absent[number][batch.size()] = false;
    }
  }

  /** How many columns are texts that stand for numbers and are kept. */
  int parsedColumns() {
    return parsed.length;
  }

  boolean isAbsent(int parsedColumn, int row) {
    return absent[parsedColumn][row];
  }

  /**
   * A whole number, or the bits of a double: either way what Spark keeps in a row's eight bytes.
   */
  long bits(int parsedColumn, int row) {
    return parsed[parsedColumn][row];
  }

  /**
   * Why a row cannot be scored.
   *
   * @param column at fault
   */
  record Fault(String column, String reason) {}
}
