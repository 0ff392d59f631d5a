package io.escala.localaws.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cron(0 3 * * ? *)            | UTC              | 2026-03-01T03:00:00Z | 2026-03-02T03:00:00Z",
        "cron(0 3 * * ? *)            | Europe/Paris     | 2026-01-15T00:00:00Z | 2026-01-15T02:00:00Z",
        "cron(0/15 8-9 ? * MON-FRI *) | UTC              | 2026-03-06T09:45:00Z | 2026-03-09T08:00:00Z",
        "cron(30 12 L * ? *)          | UTC              | 2026-02-01T00:00:00Z | 2026-02-28T12:30:00Z",
        "cron(0 0 29 2 ? *)           | UTC              | 2026-01-01T00:00:00Z | 2028-02-29T00:00:00Z",
        "cron(0 9 ? * 2#1 *)          | UTC              | 2026-03-02T10:00:00Z | 2026-04-06T09:00:00Z",
        "cron(0 9 ? * 6L *)           | UTC              | 2026-03-01T00:00:00Z | 2026-03-27T09:00:00Z",
        "cron(0 9 1W * ? *)           | UTC              | 2026-07-31T10:00:00Z | 2026-08-03T09:00:00Z",
        "cron(0 9 LW * ? *)           | UTC              | 2026-05-01T00:00:00Z | 2026-05-29T09:00:00Z",
        "cron(0 0 1 JAN,JUL ? 2027)   | UTC              | 2026-03-01T00:00:00Z | 2027-01-01T00:00:00Z",
        "cron(0 0 ? * FRI-SUN *)      | UTC              | 2026-03-02T00:00:00Z | 2026-03-06T00:00:00Z",
        // the clock leaps from 2 to 3 on the 29th, and shows 2:30 twice on 25 October
        "cron(30 2 * * ? *)           | Europe/Paris     | 2026-03-28T02:00:00Z | 2026-03-30T00:30:00Z",
        "cron(30 2 * * ? *)           | Europe/Paris     | 2026-10-25T00:30:00Z | 2026-10-26T01:30:00Z",
        "rate(5 minutes)              | UTC              | 2026-01-01T00:07:00Z | 2026-01-01T00:10:00Z",
        "rate(1 day)                  | UTC              | 2026-01-01T00:00:00Z | 2026-01-02T00:00:00Z",
      })
  void tellsWhenItIsDueNext(String expression, String zone, String after, String due) {
    assertThat(expression(expression, zone).after(Instant.parse(after)))
        .contains(Instant.parse(due));
  }

  @Test
  void isNeverDueAgainAfterItsLastYear() {
    assertThat(
            expression("cron(0 0 1 1 ? 2020)", "UTC").after(Instant.parse("2026-01-01T00:00:00Z")))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cron(60 3 * * ? *)     | minutes is from 0 to 59, unlike 60",
        "cron(0 24 * * ? *)     | hours is from 0 to 23, unlike 24",
        "cron(0 3 * * * *)      | exactly one of day of month and day of week must be ?",
        "cron(0 3 ? * ? *)      | exactly one of day of month and day of week must be ?",
        "cron(0 3 * * ?)        | six fields",
        "cron(0 3 * FOO ? *)    | month is from 1 to 12, unlike FOO",
        "cron(0 3 * * ? 1900)   | year is from 1970 to 2199, unlike 1900",
        "rate(0 minutes)        | does not handle the schedule rate(0 minutes)",
        "at(2026-01-01T00:00:00)| does not handle the schedule at(",
      })
  void namesTheFieldThatIsWrong(String expression, String words) {
    assertThatThrownBy(() -> expression(expression, "UTC"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
  }

  private static Expression expression(String text, String zone) {
    return Expression.of(text.strip(), ZoneId.of(zone), Instant.parse("2026-01-01T00:00:00Z"));
  }
}
