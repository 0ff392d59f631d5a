package io.escala.spark.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.escala.spark.evaluate.HeldOutMetrics.Scored;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FiguresTableTest {
  private static final HeldOutEvaluation HELD_OUT =
      HeldOutEvaluation.of(List.of(new Scored(0.8, 2, 1), new Scored(0.2, 1, 6)).iterator(), 0.5);
  private static final HeldOutMetrics LATER =
      HeldOutMetrics.of(List.of(new Scored(0.8, 1, 2), new Scored(0.2, 1, 1)).iterator(), 0.5);

  @Test
  void shouldPutWhatAConstantAnswerReachesBelowTheAccuracy() {
    List<String> lines = lines(List.of(), Optional.empty());

    assertThat(lines.get(0).strip()).isEqualTo("held out");
    assertThat(lines)
        .contains("accuracy             0.8000", "  always no          0.7000")
        .noneMatch(l -> l.contains("later"));
  }

  @Test
  void shouldPutLaterRowsAndFoldsBeside() {
    List<String> lines =
        lines(
            List.of(HELD_OUT.metrics(), HELD_OUT.metrics()),
            Optional.of(new Measurements.TimeSplit(15, LATER)));

    assertThat(lines.get(0).strip())
        .isEqualTo("held out   mean of 2 folds   deviation   later rows");
    assertThat(lines.get(5)).matches("accuracy +0\\.8000 +0\\.8000 +0\\.0000 +0\\.4000");
    assertThat(lines.get(6)).matches(" {2}always no +0\\.7000 +0\\.7000 +0\\.0000 +0\\.6000");
    assertThat(lines.get(10))
        .contains("the first 15", "the last 5", "if that is the order of time");
  }

  @Test
  void shouldNotNameTheConstantAnswerWhenLaterRowsHaveAnother() {
    HeldOutMetrics mostlyYes =
        HeldOutMetrics.of(List.of(new Scored(0.8, 3, 1), new Scored(0.2, 1, 1)).iterator(), 0.5);

    assertThat(lines(List.of(), Optional.of(new Measurements.TimeSplit(15, mostlyYes))))
        .anyMatch(l -> l.startsWith("  always the same "));
  }

  private static List<String> lines(
      List<HeldOutMetrics> folds, Optional<Measurements.TimeSplit> later) {
    return FiguresTable.of(new Measurements(20, 10, HELD_OUT, folds, later), "no", "yes");
  }
}
