package io.escala.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.escala.inference.fixture.BankModel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchTest {
  private static final BankModel BANK = new BankModel(-2.5);
  private static final int AGE = 0;
  private static final int BALANCE = 1;
  private static final int DAY = 2;
  private static final int JOB = 3;

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
  void shouldAnswerAsForAListOfMapsAndAgainOnceCleared() {
    Batch batch = model.batch(10);
    for (int start = 0; start < 30; start += 10) {
      batch.clear();
      List<Map<String, Object>> rows = rows(start, start + 10);
      rows.forEach(r -> add(batch, r));

      Predictions together = model.predict(batch);

      assertThat(batch.isFull()).isTrue();
      Predictions expected = model.predict(rows);
      for (int i = 0; i < 10; i++) {
        assertThat(together.label(i)).isEqualTo(expected.label(i));
        assertThat(together.probability(i, 1)).isEqualTo(expected.probability(i, 1));
      }
    }
  }

  @Test
  void shouldScoreOnlyTheRowsThatWereAdded() {
    // given
    Batch batch = model.batch(10);
    List<Map<String, Object>> rows = rows(1, 4);
    rows.forEach(r -> add(batch, r));
    batch.set(AGE, 99.0);

    // when
    Predictions three = model.predict(batch);

    // then
    assertThat(three.size()).isEqualTo(3);
    assertThat(three.probability(2, 1)).isEqualTo(model.predict(rows).probability(2, 1));
    batch.clear();
    assertThat(model.predict(batch).size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {17.5, 121, Double.NaN, Double.POSITIVE_INFINITY})
  void shouldRefuseANumberInTheWordsOfTheListOfMaps(double age) {
    assertSameWords("age", age, () -> model.batch(1).set(AGE, age));
  }

  @Test
  void shouldRefuseValuesOfAnotherTypeInTheWordsOfTheListOfMaps() {
    assertSameWords("age", "old", () -> model.batch(1).set(AGE, "old"));
    assertSameWords("age", 17L, () -> model.batch(1).set(AGE, 17L));
    assertSameWords("day", 1.5, () -> model.batch(1).set(DAY, 1.5));
    assertSameWords("day", "5", () -> model.batch(1).set(DAY, "5"));
    assertSameWords("job", 5L, () -> model.batch(1).set(JOB, 5L));
    assertSameWords("job", 5.5, () -> model.batch(1).set(JOB, 5.5));
  }

  @Test
  void shouldNameTheFieldTheValueAndWhatIsAllowed() {
    assertThatThrownBy(() -> model.batch(1).set(AGE, 5L))
        .isInstanceOf(InputException.class)
        .hasMessage("age is 5.0, but must be from 18 to 120");
  }

  @Test
  void shouldTakeAWholeDoubleForAWholeNumber() {
    Batch batch = model.batch(2);
    add(batch, BankModel.row(30, 1.5, 5L, "admin."));
    batch.set(AGE, 30L);
    batch.set(BALANCE, 1.5);
    batch.set(DAY, 5.0);
    batch.set(JOB, "admin.");
    batch.add();

    Predictions two = model.predict(batch);

    assertThat(two.probability(0, 1)).isEqualTo(two.probability(1, 1));
  }

  @Test
  void shouldRefuseABatchOfAnotherModel() {
    try (Model other = Model.open(model.manifest(), BANK.graph(), EngineChoice.FITTING)) {
      assertThatIllegalArgumentException().isThrownBy(() -> other.predict(model.batch(1)));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> model.batch(0));
  }

  @Test
  void shouldScoreBatchesOfManyThreadsAtOnce() throws Exception {
    // given
    double[] expected = new double[400];
    Predictions all = model.predict(rows(0, 400));
    Arrays.setAll(expected, i -> all.probability(i, 1));
    Callable<Boolean> work =
        () -> {
          Batch batch = model.batch(40);
          boolean same = true;
          for (int start = 0; start < 400; start += 40) {
            batch.clear();
            rows(start, start + 40).forEach(r -> add(batch, r));
            Predictions some = model.predict(batch);
            for (int i = 0; i < 40; i++) {
              same &= some.probability(i, 1) == expected[start + i];
            }
          }
          return same;
        };
    ExecutorService threads = Executors.newFixedThreadPool(8);

    // when
    List<Future<Boolean>> answers =
        threads.invokeAll(IntStream.range(0, 8).mapToObj(i -> work).toList());
    threads.shutdown();

    // then
    for (Future<Boolean> answer : answers) {
      assertThat(answer.get()).isTrue();
    }
  }

  private void assertSameWords(String field, Object value, Runnable set) {
    Map<String, Object> row = BankModel.row(30, 1.5, 5L, "admin.");
    row.put(field, value);
    Throwable byMap = catchThrowable(() -> model.predict(List.of(row)));
    Throwable byColumn = catchThrowable(set::run);
    assertThat(byColumn).isInstanceOf(InputException.class);
    assertThat(byMap).hasMessage("instances[0]." + byColumn.getMessage());
  }

  private static List<Map<String, Object>> rows(int from, int to) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = from; i < to; i++) {
      rows.add(
          BankModel.row(
              i % 7 == 0 ? null : 18.0 + i % 80,
              i % 11 == 0 ? null : i * 13.5 - 2000,
              i % 5 == 0 ? null : (long) (i % 31),
              i % 3 == 0 ? null : BankModel.JOBS.get(i % 3)));
    }
    return rows;
  }

  private static void add(Batch batch, Map<String, Object> row) {
    int input = 0;
    for (Object value : row.values()) {
      if (value == null) {
        batch.setNull(input);
      } else if (value instanceof String text) {
        batch.set(input, text);
      } else if (value instanceof Long whole) {
        batch.set(input, whole.longValue());
      } else {
        batch.set(input, ((Number) value).doubleValue());
      }
      input++;
    }
    batch.add();
  }
}
