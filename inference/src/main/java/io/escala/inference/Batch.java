package io.escala.inference;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Rows for a model, kept column by column as the runtime takes them, without an object a value. A
 * row is set input by input, in the order of the manifest's inputs, then {@link #add} counts it;
 * {@link Model#predict(Batch)} scores all rows in one call. A setter refuses what the manifest does
 * not allow with an {@link InputException} whose message starts with the input's name; whoever
 * knows where the row came from says so. A row that is not added is overwritten by the next.
 *
 * <p>For one thread at a time; cleared, it can be used again.
 */
public final class Batch {
  private final Model model;
  private final Column[] columns;
  private final Column.Values[] values;
  private final Engine.Run run;
  private final boolean isKept;
  private final int capacity;
  private RowName[] elements = {};
  private int size;

  /**
   * @param isKept whether many runs are to come, after the last of which {@link #close} is called
   */
  Batch(Model model, Engine engine, List<Column> columns, int capacity, boolean isKept) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity is " + capacity + ", but must be at least 1");
    }
    this.model = requireNonNull(model, "model is null");
    this.columns = columns.toArray(Column[]::new);
    this.capacity = capacity;
    this.values = new Column.Values[columns.size()];
    for (int c = 0; c < values.length; c++) {
      values[c] = this.columns[c].values(capacity, engine.readsDirectMemory());
    }
    this.isKept = isKept;
    this.run = engine.bind(columns, values, capacity, isKept);
  }

  /**
   * The value of an input in the row that is being set, as a number: of a floating-point input, or
   * a whole number of a whole one.
   *
   * @param input its index among the manifest's inputs
   */
  public void set(int input, double value) {
    Column column = columns[input];
    if (column.width() != 1) {
      throw column.notAList(value, RowName.NONE);
    }
    column.set(values[input], size, value, RowName.NONE);
  }

  /** The value of an input in the row that is being set, as a whole number. */
  public void set(int input, long value) {
    Column column = columns[input];
    if (column.width() != 1) {
      throw column.notAList(value, RowName.NONE);
    }
    column.set(values[input], size, value, RowName.NONE);
  }

  /** The value of an input in the row that is being set, as a text. */
  public void set(int input, String value) {
    Column column = columns[input];
    if (column.width() != 1) {
      throw column.notAList(value, RowName.NONE);
    }
    column.set(values[input], size, value, RowName.NONE);
  }

  /**
   * The values of an input in the row that is being set, each a {@link Number}, a {@link String} or
   * null as for {@link Model#predict(List)}: of an input with several values a row, as many as it
   * has.
   */
  public void set(int input, List<?> elements) {
    columns[input].setRow(values[input], size, elements, true, RowName.NONE);
  }

  /**
   * The values of a UINT8 input in the row that is being set, each 0 to 255, as many as it has.
   *
   * @throws IllegalArgumentException if the input is of another datatype or has another number of
   *     values
   */
  public void set(int input, byte[] octets) {
    columns[input].setRow(values[input], size, octets);
  }

  /**
   * One of the values of an input in the row that is being set, as a number. Every one of them must
   * be set before {@link #add}.
   *
   * @param element its index among the values that the input has in a row, in row-major order
   */
  public void set(int input, int element, double value) {
    Column column = columns[input];
    column.set(values[input], place(column, element), value, name(column, element));
  }

  /** One of the values of an input in the row that is being set, as a whole number. */
  public void set(int input, int element, long value) {
    Column column = columns[input];
    column.set(values[input], place(column, element), value, name(column, element));
  }

  /** One of the values of an input in the row that is being set, as a text. */
  public void set(int input, int element, String value) {
    Column column = columns[input];
    column.set(values[input], place(column, element), value, name(column, element));
  }

  /** One of the values of an input in the row that is being set is missing. */
  public void setNull(int input, int element) {
    Column column = columns[input];
    column.setNull(values[input], place(column, element), true, name(column, element));
  }

  /** An input of the row that is being set has no value. */
  public void setNull(int input) {
    columns[input].setNullRow(values[input], size, true, RowName.NONE);
  }

  /** Counts the row that was set. Every input must have been set since the last call. */
  public void add() {
    size++;
  }

  /** How many rows were added. */
  public int size() {
    return size;
  }

  /** Whether no row can be set any more. */
  public boolean isFull() {
    return size == capacity;
  }

  /** Forgets all rows. */
  public void clear() {
    size = 0;
  }

  /**
   * The value of an input in the row that is being set, as JSON brings it: a {@link Number}, a
   * {@link String} or null; anything else is refused.
   */
  public void set(int input, Object value) {
    set(input, value, true, RowName.NONE);
  }

  /** Any value, as the list of maps brings it. */
  void set(int input, Object value, boolean given, RowName row) {
    columns[input].setRow(values[input], size, value, given, row);
  }

  private int place(Column column, int element) {
    return size * column.width() + Objects.checkIndex(element, column.width());
  }

  /** What messages call the values of an input with several: made once, not once a value. */
  private RowName name(Column column, int element) {
    if (column.width() == 1) {
      return RowName.NONE;
    }
    if (elements.length < column.width()) {
      elements = new RowName[column.width()];
      Arrays.setAll(elements, RowName.NONE::element);
    }
    return elements[element];
  }

  Model model() {
    return model;
  }

  boolean isKept() {
    return isKept;
  }

  /** Scores all rows; see {@link Engine.Run#score}. */
  void score(long[] labels, double[] probabilities) {
    run.score(size, labels, probabilities);
  }

  /** Gives the engine's memory back; the rows stay. */
  void close() {
    run.close();
  }
}
