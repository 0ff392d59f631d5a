package io.escala.spark.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextSetTest {
  private final TextSet texts = new TextSet(List.of("no", "eight888", "entrepreneur", ""));

  @ParameterizedTest
  @CsvSource({
    "no, true",
    "'', true",
    "eight888, true",
    "entrepreneur, true",
    ", true",
    "n, false",
    "non, false",
    "No, false",
    "'no\u0000', false",
    "eight8889, false",
    "eight88, false",
    "entrepreneux, false",
    "entrepreneurs, false"
  })
  void shouldHoldTheTextsAndNullAndNothingElse(String value, boolean held) {
    assertThat(texts.holds(UTF8String.fromString(value))).isEqualTo(held);
  }
}
