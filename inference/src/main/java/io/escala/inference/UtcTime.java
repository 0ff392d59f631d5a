package io.escala.inference;

import java.time.Instant;
import java.time.format.DateTimeParseException;

/**
 * Times as ISO 8601 has them, in UTC. The formatters of {@code java.time} say the same, but their
 * making costs a cold start on Lambda 5 to 8 ms (timed alone in a fresh JVM).
 */
public final class UtcTime {
  private static final int[] DAYS_BEFORE_MONTH = {
    0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334
  };

  private UtcTime() {}

  /** Such as {@code 2026-11-23T19:45:00.123Z}; a time of the years 1970 to 9999. */
  public static String text(long epochMillis) {
    StringBuilder text = new StringBuilder(24);
    second(text, Math.floorDiv(epochMillis, 1000));
    text.append('.');
    padded(text, Math.floorMod(epochMillis, 1000), 3);
    return text.append('Z').toString();
  }

  /**
   * The time that {@link Instant#parse} reads.
   *
   * @throws DateTimeParseException if it reads none
   */
  static Instant parse(String text) {
    if (text.length() == 20 && isWholeSecond(text)) {
      long second =
          86_400L * days(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10))
              + 3600L * number(text, 11, 13)
              + 60L * number(text, 14, 16)
              + number(text, 17, 19);
      StringBuilder again = new StringBuilder(20);
      second(again, second);
      // If there is such a day and such a second
      if (text.contentEquals(again.append('Z'))) {
        return Instant.ofEpochSecond(second);
      }
    }
    return Instant.parse(text);
  }

  private static boolean isWholeSecond(String text) {
    for (int i = 0; i < 20; i++) {
      char wanted = "dddd-dd-ddTdd:dd:ddZ".charAt(i);
      char c = text.charAt(i);
      if (wanted == 'd' ? !Ascii.isDigit(c) : c != wanted) {
        return false;
      }
    }
    // Of earlier years the leap days would be counted wrongly below
    return number(text, 0, 4) >= 1970 && number(text, 5, 7) >= 1 && number(text, 5, 7) <= 12;
  }

  private static void second(StringBuilder text, long epochSecond) {
    long day = epochSecond / 86_400;
    int ofDay = (int) (epochSecond % 86_400);
    int year = 1970 + (int) (day / 366);
    while (days(year + 1, 1, 1) <= day) {
      year++;
    }
    int month = 1;
    while (month < 12 && days(year, month + 1, 1) <= day) {
      month++;
    }
    padded(text, year, 4);
    padded(text.append('-'), month, 2);
    padded(text.append('-'), (int) (day - days(year, month, 1)) + 1, 2);
    padded(text.append('T'), ofDay / 3600, 2);
    padded(text.append(':'), ofDay / 60 % 60, 2);
    padded(text.append(':'), ofDay % 60, 2);
  }

  /** From 1970-01-01 to a day of the Gregorian calendar. */
  private static long days(int year, int month, int day) {
    int before = year - 1;
    int leapDays = before / 4 - before / 100 + before / 400 - 477;
    boolean leaps = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return 365L * (year - 1970)
        + leapDays
        + DAYS_BEFORE_MONTH[month - 1]
        + (leaps && month > 2 ? 1 : 0)
        + day
        - 1;
  }

  private static int number(String text, int from, int to) {
    return Integer.parseInt(text, from, to, 10);
  }

  private static void padded(StringBuilder text, int number, int digits) {
    String plain = Integer.toString(number);
    for (int i = plain.length(); i < digits; i++) {
      text.append('0');
    }
    text.append(plain);
  }
}
