package io.escala.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UtcTimeTest {
  @Test
  void shouldKnowEveryDay() {
    for (LocalDate day = LocalDate.of(1970, 1, 1);
        day.getYear() < 10_000;
        day = day.plusDays(day.getYear() < 2110 ? 1 : 89)) {
      // given
      Instant time = day.atTime(23, 59, 58, 123_000_000).toInstant(ZoneOffset.UTC);
      String second = day + "T23:59:58Z";

      // when / then
      assertThat(UtcTime.text(time.toEpochMilli())).isEqualTo(time.toString());
      assertThat(UtcTime.parse(second)).isEqualTo(time.minusMillis(123));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1969-12-31T23:59:59Z",
        "0000-02-29T00:00:00Z",
        "2026-11-25T24:00:00Z",
        "2026-11-25T10:20:58.5Z",
        "2026-11-25T10:20:58+01:00",
        "2026-11-25t10:20:58z"
      })
  void shouldReadOtherFormsAsJavaDoes(String text) {
    assertThat(UtcTime.parse(text)).isEqualTo(Instant.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-11-00T00:00:00Z",
        "2026-11-25T25:00:00Z",
        "2026-11-25 10:20:58Z",
        "yesterday"
      })
  void shouldRefuseWhatIsNoTime(String text) {
    assertThatThrownBy(() -> UtcTime.parse(text)).isInstanceOf(DateTimeParseException.class);
  }
}
