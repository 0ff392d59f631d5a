package io.escala.spark.sql;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * {@link MonthAsInt} for DataFrames: as a user-defined function, and as an expression that Spark
 * compiles with the rest of the query. Both give an int from 1 to 12, or null for null and for what
 * is no month. {@code docs/udf.md} says what each costs.
 */
public final class Months {
  private static final UserDefinedFunction UDF =
      functions.udf(new MonthAsInt(), DataTypes.IntegerType);

  private Months() {}

  /** The month's number by the user-defined function. */
  public static Column monthAsInt(Column month) {
    return UDF.apply(month);
  }

  /** The month's number by Spark's own functions alone. */
  public static Column builtIn(Column month) {
    // Spark's lower() makes a new text of each value and takes longer than all the rest
    return functions.coalesce(place(month), place(functions.lower(month)));
  }

  private static Column place(Column month) {
    return functions.nullif(
        functions.call_function(
            "find_in_set", month, functions.lit("jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec")),
        functions.lit(0));
  }
}
