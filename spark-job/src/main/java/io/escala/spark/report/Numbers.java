package io.escala.spark.report;

import java.util.Locale;

/** Numbers as people read them, the same in every locale. */
final class Numbers {
  private Numbers() {}

  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** A count that a tie may have split. */
  static String count(double number) {
    return number == Math.rint(number)
        ? count((long) number)
        : String.format(Locale.ROOT, "%,.1f", number);
  }

  static String fixed(double number, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", number);
  }

  static String percent(double share) {
    return fixed(100 * share, 1) + "\u00a0%";
  }

  /** As short as it can be: whole numbers without decimals. */
  static String plain(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? count((long) number)
        : String.format(Locale.ROOT, "%,.3f", number);
  }
}
