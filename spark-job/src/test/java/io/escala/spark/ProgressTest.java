package io.escala.spark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private final StatusLine line = new StatusLine(new PrintStream(shown, true, UTF_8));

  @Test
  void shouldDrawDescriptionBarShareTasksAndTimeInOneLine() {
    assertThat(new ProgressBar("fit the trees", 3, 4, Duration.ofSeconds(67)).line())
        .isEqualTo("fit the trees [##################------]  75 % 3/4 tasks 1:07");
  }

  @Test
  void shouldShortenTheDescriptionRatherThanBreakTheLine() {
    String drawn = new ProgressBar("a".repeat(200), 99_999, 100_000, Duration.ofHours(30)).line();

    assertThat(drawn).hasSize(79).contains("... [", " 99 % 99999/100000 tasks 1800:00");
  }

  @Test
  void shouldTakeTheLineAwayBeforeAnythingElseIsPrinted() {
    PrintStream err = line.above(new PrintStream(shown, true, UTF_8));

    line.show("half");
    err.println("error: no");
    line.show("more");
    line.clear();
    line.clear();

    assertThat(shown.toString(UTF_8))
        .isEqualTo("\r\u001b[Khalf\r\u001b[Kerror: no\n\r\u001b[Kmore\r\u001b[K");
  }

  @Test
  void shouldDrawWhileAStageRunsAndLeaveNothing() throws Exception {
    SparkSession spark = TestSpark.session();
    Progress progress = Progress.bar(line);
    spark.sparkContext().addSparkListener(progress);
    try {
      MapFunction<Long, Long> slow =
          id -> {
            TimeUnit.MILLISECONDS.sleep(300);
            return id;
          };
      Steps.describe(
          spark,
          "sleep a little",
          () -> spark.range(0, 4, 1, 4).map(slow, Encoders.LONG()).collectAsList());
      for (int i = 0; i < 100 && !shown.toString(UTF_8).endsWith("\r\u001b[K"); i++) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
    } finally {
      spark.sparkContext().removeSparkListener(progress);
    }
    assertThat(shown.toString(UTF_8))
        .contains("sleep a little [------------------------]   0 % 0/4 tasks 0:00")
        .endsWith("\r\u001b[K")
        .doesNotContain("\n");
  }

  @Test
  void shouldCountTheShortStagesOfAStepThatHasMany() throws Exception {
    SparkSession spark = TestSpark.session();
    Progress progress = Progress.lines(new PrintWriter(shown, true, UTF_8));
    spark.sparkContext().addSparkListener(progress);
    try {
      Steps.describe(
          spark,
          "go round",
          () -> {
            for (int i = 0; i < 40; i++) {
              spark.range(0, 4, 1, 1).collectAsList();
            }
            return null;
          });
      Steps.describe(spark, "the end", () -> spark.range(0, 4, 1, 1).collectAsList());
      for (int i = 0; i < 100 && !shown.toString(UTF_8).contains("the end"); i++) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
    } finally {
      spark.sparkContext().removeSparkListener(progress);
    }
    assertThat(shown.toString(UTF_8).lines())
        .hasSizeBetween(7, 15)
        .anyMatch(l -> l.matches("\\[escala] go round: stage \\d+, 1/1 tasks, \\d+\\.\\d s"))
        .last(as(STRING))
        .startsWith("[escala] the end: stage ");
  }
}
