package io.escala.infra.config;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A cron expression of EventBridge Scheduler, checked at synthesis: EventBridge says only that it
 * is wrong, and not before the deployment.
 *
 * @see <a href="https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html">its
 *     grammar</a>
 */
final class Cron {
  static final String ALLOWED =
      "a cron expression of EventBridge, such as cron(0 3 * * ? *): minutes, hours, day of month,"
          + " month, day of week, year, and ? for one of the days";

  private record Field(String name, Pattern pattern) {}

  private static final String LIST = "%1$s(-%1$s)?(/\\d{1,2})?(,%1$s(-%1$s)?(/\\d{1,2})?)*";
  private static final String MONTH =
      "([1-9]|1[0-2]|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)";
  private static final String DAY = "([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)";
  private static final List<Field> FIELDS =
      List.of(
          field("minutes", "([0-5]?\\d)", ""),
          field("hours", "([01]?\\d|2[0-3])", ""),
          field("day of month", "([1-9]|[12]\\d|3[01])", "|\\?|L|LW|([1-9]|[12]\\d|3[01])W"),
          field("month", MONTH, ""),
          field("day of week", DAY, "|\\?|L|" + DAY + "L|" + DAY + "#[1-5]"),
          field("year", "((19|20|21)\\d\\d)", ""));

  private Cron() {}

  /**
   * The expression, if EventBridge would take it.
   *
   * @throws IllegalArgumentException naming the field that is wrong
   */
  static String parse(String text) {
    if (!text.startsWith("cron(") || !text.endsWith(")")) {
      throw new IllegalArgumentException("must be " + ALLOWED);
    }
    String[] values = text.substring(5, text.length() - 1).strip().split(" +", -1);
    if (values.length != FIELDS.size()) {
      throw new IllegalArgumentException("has " + values.length + " fields, must be " + ALLOWED);
    }
    for (int i = 0; i < values.length; i++) {
      if (!FIELDS.get(i).pattern().matcher(values[i]).matches()) {
        throw new IllegalArgumentException(
            "the " + FIELDS.get(i).name() + " " + values[i] + " is wrong; must be " + ALLOWED);
      }
    }
    if (values[2].equals("?") == values[4].equals("?")) {
      throw new IllegalArgumentException(
          "exactly one of day of month and day of week must be ?, such as cron(0 3 * * ? *)");
    }
    return text;
  }

  private static Field field(String name, String value, String more) {
    return new Field(
        name,
        Pattern.compile(
            "\\*(/\\d{1,2})?|" + LIST.formatted(value) + more, Pattern.CASE_INSENSITIVE));
  }
}
