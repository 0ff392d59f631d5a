package io.escala.spark.data;

import static java.util.Objects.requireNonNull;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import io.escala.inference.Datatype;
import io.escala.inference.Manifest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * One column of the data contract. A cell may always be empty.
 *
 * @param type {@code int}, {@code double} or {@code string}
 * @param min the smallest number allowed; empty for texts
 * @param max the largest number allowed; empty for texts
 * @param values the texts that are known; empty for numbers
 * @param open whether texts other than these are sound too; models treat them as never seen
 * @param description the unit or meaning, for a person
 */
public record BankColumn(
    String name,
    DataType type,
    OptionalDouble min,
    OptionalDouble max,
    List<String> values,
    boolean open,
    String description) {
  /**
   * Java also reads {@code 5d}, {@code 0x1p3} and {@code NaN} as numbers; the contract does not.
   */
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");

  public BankColumn {
    requireNonNull(name, "name is null");
    requireNonNull(type, "type is null");
    values = List.copyOf(values);
  }

  static BankColumn whole(String name, int min, int max, String description) {
    return number(name, DataTypes.IntegerType, min, max, description);
  }

  static BankColumn number(String name, DataType type, double min, double max, String description) {
    return new BankColumn(
        name, type, OptionalDouble.of(min), OptionalDouble.of(max), List.of(), false, description);
  }

  /** A text that is one of these values. */
  static BankColumn closed(String name, List<String> values, String description) {
    return text(name, values, false, description);
  }

  /** A text that is mostly one of these values. */
  static BankColumn open(String name, List<String> values, String description) {
    return text(name, values, true, description);
  }

  private static BankColumn text(
      String name, List<String> values, boolean open, String description) {
    return new BankColumn(
        name,
        DataTypes.StringType,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        values,
        open,
        description);
  }

  /** Whether the column holds text rather than numbers. */
  public boolean isText() {
    return type.equals(DataTypes.StringType);
  }

  private boolean isWhole() {
    return type.equals(DataTypes.IntegerType);
  }

  /**
   * The column as a model's input, with the contract's range or values. What the graph sees for
   * null is for the caller to add.
   *
   * @param datatype of the graph's input
   */
  public Manifest.Input input(Datatype datatype) {
    return input(datatype, List.of());
  }

  /**
   * The column as the input of a model that takes it for a category. A column that is not {@link
   * #open} accepts the contract's values, those that training never met included, and no other.
   *
   * @param datatype of the graph's input
   * @param trainedOn the values that the model knows, in the training's order
   */
  public Manifest.Input input(Datatype datatype, List<?> trainedOn) {
    Manifest.Input input = Manifest.Input.of(name, datatype).withDescription(description);
    if (!isText()) {
      Manifest.Input bounded = input.withRange(min.getAsDouble(), max.getAsDouble());
      return trainedOn.isEmpty()
          ? bounded
          : bounded.withValues(trainedOn, Manifest.OtherValues.ACCEPTED);
    }
    if (open) {
      return input.withValues(
          trainedOn.isEmpty() ? values : trainedOn, Manifest.OtherValues.ACCEPTED);
    }
    Set<Object> known = new LinkedHashSet<>(trainedOn);
    known.addAll(values);
    return input.withValues(List.copyOf(known), Manifest.OtherValues.REJECTED);
  }

  /** True where a value breaks the contract; false or null elsewhere. NaN is out of any range. */
  Column isFaultOfType(Column value) {
    if (isText()) {
      return open ? lit(false) : not(new TextSet(values).holds(value));
    }
    return isOutOfRange(value);
  }

  private Column isOutOfRange(Column value) {
    return isWhole()
        ? value.lt((int) min.getAsDouble()).or(value.gt((int) max.getAsDouble()))
        : value.lt(min.getAsDouble()).or(value.gt(max.getAsDouble()));
  }

  /** True where a text is sound but not among {@link #values}. */
  Column isUnlisted() {
    return open ? not(new TextSet(values).holds(col(name))) : lit(false);
  }

  /** Whether a cell's text, null for an empty one, breaks the contract. */
  boolean isFault(String text) {
    if (text == null || text.isEmpty()) {
      return false;
    }
    if (isText()) {
      return !open && !values.contains(text);
    }
    try {
      if (!isWhole() && !NUMBER.matcher(text).matches()) {
        return true;
      }
      double value = isWhole() ? Integer.parseInt(text) : Double.parseDouble(text);
      return value < min.getAsDouble() || value > max.getAsDouble();
    } catch (NumberFormatException e) {
      return true;
    }
  }

  /** What a cell must hold, for messages. */
  public String expected() {
    if (isText()) {
      return open ? "a text" : "one of " + String.join(", ", values) + ", or nothing";
    }
    return (isWhole() ? "a whole number" : "a number") + " from " + range() + ", or nothing";
  }

  /** Such as {@code 10 to 120}; for texts empty. */
  public String range() {
    return isText() ? "" : String.format("%.0f to %.0f", min.getAsDouble(), max.getAsDouble());
  }
}
