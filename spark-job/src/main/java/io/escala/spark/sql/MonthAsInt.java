package io.escala.spark.sql;

import java.util.Locale;
import org.apache.spark.sql.api.java.UDF1;

/**
 * The source document's user-defined function: the number of a month's abbreviation, as Python's
 * {@code strptime(month, "%b").month} finds it. {@code jan} is 1 and {@code DEC} is 12; anything
 * else, such as {@code june}, {@code " may"} or null, gives null where Python raises.
 *
 * <p>Register it with {@code spark.udf().register("monthAsInt", new MonthAsInt(),
 * DataTypes.IntegerType)}. {@link Months#builtIn} gives the same without leaving generated code.
 */
public final class MonthAsInt implements UDF1<String, Integer> {
  private static final long serialVersionUID = 1L;

  @Override
  public Integer call(String month) {
    if (month == null) {
      return null;
    }
    // Nearly all are in lower case, and telling that takes longer than looking
    Integer number = number(month);
    return number == null ? number(month.toLowerCase(Locale.ROOT)) : number;
  }

  private static Integer number(String month) {
    return switch (month) {
      case "jan" -> 1;
      case "feb" -> 2;
      case "mar" -> 3;
      case "apr" -> 4;
      case "may" -> 5;
      case "jun" -> 6;
      case "jul" -> 7;
      case "aug" -> 8;
      case "sep" -> 9;
      case "oct" -> 10;
      case "nov" -> 11;
      case "dec" -> 12;
      default -> null;
    };
  }
}
