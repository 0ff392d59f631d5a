package io.escala.spark.segments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.escala.spark.evaluate.HeldOutMetrics;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogisticFitTest {

  /**
   * Expected is what scikit-learn 1.9.1 gives on the same rows: OneHotEncoder, StandardScaler and
   * LogisticRegression(C, tol=1e-12).
   */
  @ParameterizedTest
  @CsvSource({
    "1, -0.421324333241 -0.244081168336 0.665405501577 -0.244081168336 0.244081168336"
        + " 0.282011858067 0.0256106530938 -0.576992322555",
    "10, -0.122197809747 -0.121903321609 0.244101131355 -0.121903321609 0.121903321609"
        + " 0.203341627324 -0.000607764541327 -0.60920016316",
    "0.01, -0.567933832623 -0.28187167576 0.849805508384 -0.28187167576 0.28187167576"
        + " 0.280941632347 0.0428183578105 -0.554486997963"
  })
  void shouldFindTheWeightsThatScikitLearnFinds(double regularization, String expected) {
    // given
    EncodedRows rows = rows(0, 60);

    // when
    LogisticFit fit = fit(List.of(rows), regularization);

    // then
    // Its month comes second as here: jun, may; so do its jobs
    double[] weights = IntStream.range(0, 8).mapToDouble(fit::weight).toArray();
    double[] sklearn =
        List.of(expected.split(" ")).stream().mapToDouble(Double::parseDouble).toArray();
    assertThat(weights).containsExactly(sklearn, within(1e-6));
  }

  @Test
  void shouldFindTheSameWeightsInChunks() {
    // when
    LogisticFit whole = fit(List.of(rows(0, 60)), 1);
    LogisticFit chunked = fit(List.of(rows(0, 13), rows(13, 40), rows(40, 60)), 1);

    // then
    for (int i = 0; i < 8; i++) {
      assertThat(chunked.weight(i)).isCloseTo(whole.weight(i), within(1e-9));
    }
  }

  @Test
  void shouldFindTheSameWeightsFromAFitToOtherRows() {
    // given
    Here here = new Here(List.of(rows(0, 60)));
    ColumnSummary summary =
        ColumnSummary.merged(List.of(ColumnSummary.of(rows(0, 60), Split.everything())));
    LogisticFit other = fit(List.of(rows(5, 45)), 1);

    // when
    LogisticFit from = LogisticFit.from(other, here, Split.everything(), summary, 1);

    // then
    LogisticFit afresh = fit(List.of(rows(0, 60)), 1);
    for (int i = 0; i < 8; i++) {
      assertThat(from.weight(i)).isCloseTo(afresh.weight(i), within(1e-9));
    }
  }

  @Test
  void shouldConvergeWhereTheClassesCanBeSeparated() {
    // given
    EncodedRows.Builder rows = new EncodedRows.Builder(0, 1);
    for (int i = 0; i < 20; i++) {
      rows.add(new String[0], new double[] {i}, i < 10 ? 0 : 1, i);
    }

    // when
    LogisticFit fit = fit(List.of(rows.build()), 1e-9);

    // then
    assertThat(fit.weight(0)).isGreaterThan(50).isLessThan(1000);
  }

  @Test
  void shouldHoldOutThreeInTenOfEitherClassAndKeepEqualRowsTogether() {
    // given
    EncodedRows.Builder builder = new EncodedRows.Builder(0, 0);
    for (int i = 0; i < 400; i++) {
      long hash = (i / 2 + 1) * 0x9E3779B97F4A7C15L;
      builder.add(new String[0], new double[0], i < 40 ? 1 : 0, hash);
    }
    EncodedRows rows = builder.build();

    // when
    Split split =
        new Split.ByHash(Split.ByHash.bound(rows.hashes(0)), Split.ByHash.bound(rows.hashes(1)));

    // then
    assertThat(IntStream.range(0, 40).filter(i -> !split.fits(rows, i)).count()).isEqualTo(12);
    assertThat(IntStream.range(40, 400).filter(i -> !split.fits(rows, i)).count()).isEqualTo(108);
    assertThat(IntStream.range(0, 200))
        .allMatch(i -> split.fits(rows, 2 * i) == split.fits(rows, 2 * i + 1));
  }

  @Test
  void shouldDealEqualRowsIntoOneFoldAndEachClassIntoAll() {
    // given
    EncodedRows.Builder builder = new EncodedRows.Builder(0, 0);
    for (int i = 0; i < 100; i++) {
      builder.add(new String[0], new double[0], i < 20 ? 1 : 0, (i / 2) * 7919L);
    }

    // when
    int[] folds = Split.ByFold.deal(builder.build(), 5);

    // then
    for (int fold = 0; fold < 5; fold++) {
      int of = fold;
      assertThat(IntStream.range(0, 20).filter(i -> folds[i] == of).count()).isEqualTo(4);
      assertThat(IntStream.range(20, 100).filter(i -> folds[i] == of).count()).isEqualTo(16);
    }
    assertThat(IntStream.range(0, 50)).allMatch(i -> folds[2 * i] == folds[2 * i + 1]);
  }

  private static LogisticFit fit(List<EncodedRows> blocks, double regularization) {
    Here here = new Here(blocks);
    Split all = Split.everything();
    ColumnSummary summary = ColumnSummary.merged(here.map(block -> ColumnSummary.of(block, all)));
    return LogisticFit.of(here, all, summary, regularization);
  }

  private static EncodedRows rows(int from, int to) {
    EncodedRows.Builder rows = new EncodedRows.Builder(2, 2);
    for (int i = from; i < to; i++) {
      String job = List.of("admin.", "retired", "student").get((i * 7 + i / 5) % 3);
      String month = List.of("may", "jun").get((i * i) % 5 % 2);
      int age = 20 + (i * 37) % 41;
      double balance = ((i * 7919) % 1000) * 3.5 - 400;
      int score = (i * 31) % 17 + (job.equals("student") ? 4 : 0) + (age > 45 ? 3 : 0);
      rows.add(new String[] {job, month}, new double[] {age, balance}, score > 12 ? 1 : 0, i);
    }
    return rows.build();
  }

  private record Here(List<EncodedRows> blocks) implements RowBlocks {
    @Override
    public <T> List<T> map(Work<T> work) {
      return blocks.stream().map(work::of).toList();
    }

    @Override
    public Iterator<HeldOutMetrics.Scored> byFallingProbability(Work<Scores> scoring) {
      return Scores.together(map(scoring)).byFallingProbability();
    }
  }
}
