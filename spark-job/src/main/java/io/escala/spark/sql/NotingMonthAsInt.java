package io.escala.spark.sql;

import org.apache.spark.sql.api.java.UDF1;

/** {@link MonthAsInt} that remembers what was no month. */
final class NotingMonthAsInt implements UDF1<String, Integer> {
  private static final long serialVersionUID = 1L;

  private final MonthAsInt months = new MonthAsInt();
  private final DistinctTexts strangers;

  NotingMonthAsInt(DistinctTexts strangers) {
    this.strangers = strangers;
  }

  @Override
  public Integer call(String month) {
    Integer number = months.call(month);
    if (number == null && month != null) {
      strangers.add(month);
    }
    return number;
  }
}
