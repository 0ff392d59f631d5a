package io.escala.localaws.scheduler;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When a schedule is due.
 *
 * @see <a href="https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html">its
 *     grammar</a>
 */
interface Expression {
  Pattern RATE = Pattern.compile("rate\\((\\d{1,9}) (minute|hour|day)s?\\)");

  /** The first time after this one; empty when there is none any more. */
  Optional<Instant> after(Instant time);

  /**
   * Reads {@code cron(...)} or {@code rate(...)}.
   *
   * @param zone whose clock a cron expression means
   * @param created when the schedule was made: a rate counts from then
   * @throws IllegalArgumentException naming what is wrong
   */
  static Expression of(String text, ZoneId zone, Instant created) {
    if (text.startsWith("cron(") && text.endsWith(")")) {
      return Cron.of(text.substring(5, text.length() - 1), zone);
    }
    Matcher rate = RATE.matcher(text);
    if (!rate.matches() || Long.parseLong(rate.group(1)) == 0) {
      throw new IllegalArgumentException(
          "local-aws does not handle the schedule "
              + text
              + "; it handles cron(minutes hours day-of-month month day-of-week year) and"
              + " rate(N minutes|hours|days)");
    }
    Duration unit =
        switch (rate.group(2)) {
          case "minute" -> Duration.ofMinutes(1);
          case "hour" -> Duration.ofHours(1);
          default -> Duration.ofDays(1);
        };
    long every = unit.multipliedBy(Long.parseLong(rate.group(1))).toMillis();
    return time -> {
      long past = time.toEpochMilli() - created.toEpochMilli();
      return Optional.of(past < 0 ? created : created.plusMillis((past / every + 1) * every));
    };
  }
}
