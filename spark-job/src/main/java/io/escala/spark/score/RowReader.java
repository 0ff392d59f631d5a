package io.escala.spark.score;

import io.escala.inference.Batch;
import io.escala.inference.InputException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.unsafe.types.UTF8String;

/** Sets the values of a table's row in a batch, and keeps the numbers that texts stand for. */
final class RowReader {
  private final ScorePlan plan;
  private final ScorePlan.Input[] inputs;
  private final int[] parsedIndex;
  private final long[][] parsed;
  private final boolean[][] absent;

  RowReader(ScorePlan plan, int capacity) {
    this.plan = plan;
    this.inputs = plan.inputs().toArray(ScorePlan.Input[]::new);
    this.parsedIndex = new int[inputs.length];
    int count = 0;
    for (int i = 0; i < inputs.length; i++) {
      parsedIndex[i] = inputs[i].isParsed() ? count++ : -1;
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
    try {
      for (; input < inputs.length; input++) {
        set(inputs[input], input, row, batch);
      }
      return null;
    } catch (InputException e) {
      return new Fault(inputs[input].name(), e.getMessage());
    }
  }

  private void set(ScorePlan.Input input, int index, InternalRow row, Batch batch) {
    int place = input.place();
    if (row.isNullAt(place)) {
      keepAbsent(index, batch);
      batch.setNull(index);
      return;
    }
    switch (input.cells()) {
      case TEXT -> setText(input, index, row.getUTF8String(place), batch);
      case BYTE -> batch.set(index, (long) row.getByte(place));
      case SHORT -> batch.set(index, (long) row.getShort(place));
      case INT -> batch.set(index, (long) row.getInt(place));
      case LONG -> batch.set(index, row.getLong(place));
      case FLOAT -> batch.set(index, (double) row.getFloat(place));
      case DOUBLE -> batch.set(index, row.getDouble(place));
      case DECIMAL ->
          batch.set(index, row.getDecimal(place, input.precision(), input.scale()).toDouble());
    }
  }

  private void setText(ScorePlan.Input input, int index, UTF8String cell, Batch batch) {
    if (plan.emptyIsNull() && cell.numBytes() == 0) {
      keepAbsent(index, batch);
      batch.setNull(index);
      return;
    }
    String text = cell.toString();
    if (input.text() || !isDecimal(text)) {
      batch.set(index, text); // refuses a text for a number
      return;
    }
    try {
      if (input.whole() && isWhole(text)) {
        long value = Long.parseLong(text);
        batch.set(index, value);
        keep(index, value, batch);
      } else {
        double value = Double.parseDouble(text);
        batch.set(index, value);
        keep(index, input.whole() ? (long) value : Double.doubleToRawLongBits(value), batch);
      }
    } catch (NumberFormatException e) {
      batch.set(index, text); // refuses it
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

  private void keep(int input, long bits, Batch batch) {
    parsed[parsedIndex[input]][batch.size()] = bits;
    absent[parsedIndex[input]][batch.size()] = false;
  }

  private void keepAbsent(int input, Batch batch) {
    if (parsedIndex[input] >= 0) {
      absent[parsedIndex[input]][batch.size()] = true;
    }
  }

  /** How many inputs are texts that stand for numbers. */
  int parsedInputs() {
    return parsed.length;
  }

  boolean isAbsent(int parsedInput, int row) {
    return absent[parsedInput][row];
  }

  /**
   * A whole number, or the bits of a double: either way what Spark keeps in a row's eight bytes.
   */
  long bits(int parsedInput, int row) {
    return parsed[parsedInput][row];
  }

  /**
   * Why a row cannot be scored.
   *
   * @param column at fault
   */
  record Fault(String column, String reason) {}
}
