package io.escala.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.escala.inference.fixture.BankModel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ModelTest {
  private static final BankModel BANK = new BankModel(-2.5);

  @TempDir Path root;
  private Model model;

  @BeforeEach
  void open() throws Exception {
    Manifest manifest = BANK.write(root, "bank", Instant.parse("2026-11-23T19:45:00Z"));
    model = Bundle.open(new FolderBundleSource(root).files("bank", manifest.version()));
  }

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void shouldScoreABatchInTheOrderOfItsRows() {
    // given
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      rows.add(
          BankModel.row(
              i % 7 == 0 ? null : 18 + i % 80,
              i % 11 == 0 ? null : i * 13.5 - 2000,
              i % 5 == 0 ? null : i % 31,
              i % 3 == 0 ? null : BankModel.JOBS.get(i % 3)));
    }

    // when
    Predictions predictions = model.predict(rows);

    // then
    assertThat(predictions.size()).isEqualTo(500);
    for (int i = 0; i < 500; i++) {
      double yes = BANK.probability(rows.get(i));
      assertThat(predictions.probability(i, 1)).isCloseTo(yes, within(1e-12));
      assertThat(predictions.probability(i, 0)).isCloseTo(1 - yes, within(1e-12));
      assertThat(predictions.label(i)).isEqualTo(yes > 0.5 ? "yes" : "no");
    }
  }

  @Test
  void shouldGiveARowTheSameAnswerAloneAndInABatchButForTheOrderOfSummation() {
    // given
    List<Map<String, Object>> rows =
        List.of(BankModel.row(33, 1.5, 1, "admin."), BankModel.row(null, null, null, "services"));

    // when
    Predictions together = model.predict(rows);

    // then
    for (int i = 0; i < rows.size(); i++) {
      assertThat(model.predict(List.of(rows.get(i))).probability(0, 1))
          .isCloseTo(together.probability(i, 1), within(1e-15));
    }
  }

  @Test
  void shouldTreatALeftOutFieldAsNull() {
    // when
    Predictions predictions =
        model.predict(List.of(Map.of(), BankModel.row(null, null, null, null)));

    // then
    assertThat(predictions.probability(0, 1)).isEqualTo(predictions.probability(1, 1));
  }

  @Test
  void shouldAcceptFieldsThatTheManifestIgnores() {
    // given
    Map<String, Object> row = new HashMap<>(BankModel.row(40, 100, 5, "admin."));
    row.put("month", "may");
    row.put("duration", 261);

    // when / then
    assertThat(model.predict(List.of(row)).probability(0, 1))
        .isCloseTo(BANK.probability(row), within(1e-12));
  }

  @Test
  void shouldMatchStringsOutsideOfAscii() {
    // given
    List<Map<String, Object>> rows =
        Stream.of("técnico", "tecnico", "\uD83D\uDE00", "a\u0000b", "x".repeat(100_000))
            .map(job -> BankModel.row(40, 100, 5, job))
            .toList();

    // when
    Predictions predictions = model.predict(rows);

    // then
    for (int i = 0; i < rows.size(); i++) {
      assertThat(predictions.probability(i, 1))
          .isCloseTo(BANK.probability(rows.get(i)), within(1e-12));
    }
  }

  @Test
  void shouldAnswerNothingForNoRows() {
    assertThat(model.predict(List.of()).size()).isZero();
  }

  static Stream<Arguments> rowsThatAreRefused() {
    return Stream.of(
        Arguments.of(
            "age", "abc", ".age must be a number, but is the string \"abc\" (null is allowed)"),
        Arguments.of("age", true, ".age must be a number, but is true (null is allowed)"),
        Arguments.of("age", List.of(1), ".age must be a number, but is an array (null is allowed)"),
        Arguments.of("age", Map.of(), ".age must be a number, but is an object (null is allowed)"),
        Arguments.of("age", Double.NaN, ".age must be a number, but is NaN (null is allowed)"),
        Arguments.of(
            "age",
            Double.POSITIVE_INFINITY,
            ".age must be a number, but is Infinity (null is allowed)"),
        Arguments.of("age", 17, ".age is 17.0, but must be from 18 to 120"),
        Arguments.of("age", 120.5, ".age is 120.5, but must be from 18 to 120"),
        Arguments.of("day", 1.5, ".day must be a whole number, but is 1.5 (null is allowed)"),
        Arguments.of("day", 1e19, ".day must be a whole number, but is 1.0E19 (null is allowed)"),
        Arguments.of(
            "day", "1", ".day must be a whole number, but is the string \"1\" (null is allowed)"),
        Arguments.of("job", 3, ".job must be a string, but is 3 (null is allowed)"),
        Arguments.of(
            "agee",
            40,
            " has the field \"agee\", which model bank does not know; it knows age, balance, day, job and ignores"
                + " month, duration"));
  }

  @ParameterizedTest
  @MethodSource("rowsThatAreRefused")
  void shouldRefuseARowWithASentence(String field, Object value, String sentence) {
    // given
    Map<String, Object> bad = new HashMap<>(BankModel.row(40, 100, 5, "admin."));
    bad.put(field, value);
    List<Map<String, Object>> rows = Arrays.asList(BankModel.row(40, 100, 5, "admin."), bad);

    // when / then
    assertThatThrownBy(() -> model.predict(rows))
        .isInstanceOf(InputException.class)
        .hasMessage("instances[1]" + sentence);
  }
}
