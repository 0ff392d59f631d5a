package io.escala.localaws.scheduler;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A cron expression of EventBridge Scheduler. A time that the clock leaps over in spring is left
 * out; one that it shows twice in autumn counts once.
 */
final class Cron implements Expression {
  private static final int FIRST_YEAR = 1970;
  private static final int LAST_YEAR = 2199;
  private static final List<String> MONTHS =
      List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");

  /** From 1 for Sunday, as EventBridge counts. */
  private static final List<String> DAYS = List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

  private static final Pattern PART = Pattern.compile("(\\*|\\w+)(?:-(\\w+))?(?:/(\\d{1,4}))?");
  private static final Pattern NTH = Pattern.compile("(\\w+)#([1-5])");

  private final NavigableSet<Integer> minutes;
  private final NavigableSet<Integer> hours;
  private final NavigableSet<Integer> months;
  private final NavigableSet<Integer> years;
  private final Predicate<LocalDate> day;
  private final ZoneId zone;

  private Cron(String[] fields, ZoneId zone) {
    minutes = numbers("minutes", fields[0], 0, 59, List.of());
    hours = numbers("hours", fields[1], 0, 23, List.of());
    months = numbers("month", fields[3], 1, 12, MONTHS);
    years = numbers("year", fields[5], FIRST_YEAR, LAST_YEAR, List.of());
    if (fields[2].equals("?") == fields[4].equals("?")) {
      throw new IllegalArgumentException(
          "exactly one of day of month and day of week must be ?, unlike in "
              + String.join(" ", fields));
    }
    day = fields[4].equals("?") ? dayOfMonth(fields[2]) : dayOfWeek(fields[4]);
    this.zone = zone;
  }

  /**
   * Reads the six fields.
   *
   * @throws IllegalArgumentException naming the one that is wrong
   */
  static Cron of(String text, ZoneId zone) {
    String[] fields = text.strip().toUpperCase(Locale.ROOT).split(" +", -1);
    if (fields.length != 6) {
      throw new IllegalArgumentException(
          "a cron expression has six fields (minutes, hours, day of month, month, day of week,"
              + " year), not "
              + fields.length
              + ": "
              + text);
    }
    return new Cron(fields, zone);
  }

  @Override
  public Optional<Instant> after(Instant time) {
    // From the day before: the clock may show it twice
    LocalDate date = time.atZone(zone).toLocalDate().minusDays(1);
    while (true) {
      Integer year = years.ceiling(date.getYear());
      if (year == null) {
        return Optional.empty();
      }
      if (year > date.getYear()) {
        date = LocalDate.of(year, 1, 1);
      }
      if (!months.contains(date.getMonthValue())) {
        date = date.with(TemporalAdjusters.firstDayOfNextMonth());
        continue;
      }
      if (day.test(date)) {
        Optional<Instant> found = on(date, time);
        if (found.isPresent()) {
          return found;
        }
      }
      date = date.plusDays(1);
    }
  }

  private Optional<Instant> on(LocalDate date, Instant time) {
    for (int hour : hours) {
      for (int minute : minutes) {
        LocalDateTime local = date.atTime(hour, minute);
        if (!zone.getRules().getValidOffsets(local).isEmpty()) {
          Instant instant = local.atZone(zone).withEarlierOffsetAtOverlap().toInstant();
          if (instant.isAfter(time)) {
            return Optional.of(instant);
          }
        }
      }
    }
    return Optional.empty();
  }

  private static Predicate<LocalDate> dayOfMonth(String field) {
    if (field.equals("L")) {
      return date -> date.getDayOfMonth() == date.lengthOfMonth();
    }
    if (field.equals("LW")) {
      return date -> date.equals(weekdayNearest(date.with(TemporalAdjusters.lastDayOfMonth())));
    }
    if (field.matches("\\d{1,2}W")) {
      int wanted = Integer.parseInt(field.substring(0, field.length() - 1));
      requireIn("day of month", field, wanted, 1, 31);
      return date ->
          wanted <= date.lengthOfMonth()
              && date.equals(weekdayNearest(date.withDayOfMonth(wanted)));
    }
    NavigableSet<Integer> days = numbers("day of month", field, 1, 31, List.of());
    return date -> days.contains(date.getDayOfMonth());
  }

  /** The weekday of that month that is nearest to a date. */
  private static LocalDate weekdayNearest(LocalDate date) {
    return switch (date.getDayOfWeek()) {
      case SATURDAY -> date.getDayOfMonth() == 1 ? date.plusDays(2) : date.minusDays(1);
      case SUNDAY ->
          date.getDayOfMonth() == date.lengthOfMonth() ? date.minusDays(2) : date.plusDays(1);
      default -> date;
    };
  }

  private static Predicate<LocalDate> dayOfWeek(String field) {
    Matcher nth = NTH.matcher(field);
    if (nth.matches()) {
      DayOfWeek wanted = weekday(number("day of week", nth.group(1), 1, 7, DAYS));
      int which = Integer.parseInt(nth.group(2));
      return date -> date.getDayOfWeek() == wanted && (date.getDayOfMonth() - 1) / 7 + 1 == which;
    }
    if (field.equals("L")) {
      return date -> date.getDayOfWeek() == DayOfWeek.SATURDAY;
    }
    if (field.length() > 1 && field.endsWith("L")) {
      DayOfWeek wanted =
          weekday(number("day of week", field.substring(0, field.length() - 1), 1, 7, DAYS));
      return date ->
          date.getDayOfWeek() == wanted && date.getDayOfMonth() > date.lengthOfMonth() - 7;
    }
    NavigableSet<Integer> days = numbers("day of week", field, 1, 7, DAYS);
    return date -> days.contains(date.getDayOfWeek().getValue() % 7 + 1);
  }

  private static DayOfWeek weekday(int fromSunday) {
    return fromSunday == 1 ? DayOfWeek.SUNDAY : DayOfWeek.of(fromSunday - 1);
  }

  private static NavigableSet<Integer> numbers(
      String name, String field, int least, int most, List<String> words) {
    NavigableSet<Integer> numbers = new TreeSet<>();
    for (String part : parts(field)) {
      Matcher matcher = PART.matcher(part);
      if (!matcher.matches()) {
        throw wrong(name, field, least, most);
      }
      boolean all = matcher.group(1).equals("*");
      int from = all ? least : number(name, matcher.group(1), least, most, words);
      int step = matcher.group(3) == null ? 1 : Integer.parseInt(matcher.group(3));
      int to;
      if (matcher.group(2) != null && !all) {
        to = number(name, matcher.group(2), least, most, words);
      } else {
        to = all || matcher.group(3) != null ? most : from;
      }
      if (step == 0 || (all && matcher.group(2) != null)) {
        throw wrong(name, field, least, most);
      }
      // FRI-MON goes over the end of the week
      for (int i = from; i <= (to < from ? to + most - least + 1 : to); i += step) {
        numbers.add((i - least) % (most - least + 1) + least);
      }
    }
    return numbers;
  }

  private static List<String> parts(String field) {
    return new ArrayList<>(List.of(field.split(",", -1)));
  }

  private static int number(String name, String text, int least, int most, List<String> words) {
    int word = words.indexOf(text);
    if (word >= 0) {
      return word + least;
    }
    if (!text.matches("\\d{1,4}")) {
      throw wrong(name, text, least, most);
    }
    return requireIn(name, text, Integer.parseInt(text), least, most);
  }

  private static int requireIn(String name, String text, int number, int least, int most) {
    if (number < least || number > most) {
      throw wrong(name, text, least, most);
    }
    return number;
  }

  private static IllegalArgumentException wrong(String name, String text, int least, int most) {
    return new IllegalArgumentException(
        "the cron field " + name + " is from " + least + " to " + most + ", unlike " + text);
  }
}
