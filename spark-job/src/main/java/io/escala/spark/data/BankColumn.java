package io.escala.spark.data;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.nullif;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * One column of the data contract.
 *
 * @param description the unit or meaning, for a person
 */
public record BankColumn(String name, DataType type, String description) {

  /** The cell's text without the difference between an empty cell and a missing one. */
  static Column text(Column cell) {
    return nullif(cell, lit(""));
  }

  /** The cell's value, null where the text is null or does not fit the type. */
  Column value(Column cell) {
    return type.equals(DataTypes.StringType) ? text(cell) : text(cell).try_cast(type);
  }

  /** Whether a text that is there does not fit the type. */
  Column isFault(Column cell) {
    if (type.equals(DataTypes.StringType)) {
      return lit(false);
    }
    Column unreadable = text(cell).isNotNull().and(value(cell).isNull());
    if (!type.equals(DataTypes.DoubleType)) {
      return unreadable;
    }
    // Java reads "NaN", "Infinity" and "5d" as numbers; the contract does not
    return unreadable.or(text(cell).rlike("[A-DF-Za-df-z]"));
  }

  /** What a cell must hold, for messages. */
  String expected() {
    if (type.equals(DataTypes.StringType)) {
      return "a text";
    }
    return (type.equals(DataTypes.IntegerType) ? "a whole number" : "a number") + " or nothing";
  }
}
