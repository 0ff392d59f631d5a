package io.escala.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunStatusTest {
  @TempDir Path folder;

  @AfterEach
  void forget() {
    System.clearProperty(RunStatus.SETTING);
    System.clearProperty(SparkJob.CHECK);
  }

  @Test
  void shouldTellHowFarARunIsAndWhyItFailed() throws Exception {
    // given
    Path file = folder.resolve("runs/one.json");
    System.setProperty(RunStatus.SETTING, file.toUri().toString());
    RunStatus status = RunStatus.wanted().orElseThrow();

    // when
    status.begin(new Configuration());
    status.at("fit the \"trees\"", 3, 1, 4, Duration.ofSeconds(7));
    for (int i = 0; i < 600 && !text(file).contains("trees"); i++) {
      Thread.sleep(100);
    }
    String running = text(file);
    status.end("row 3 is bad");

    // then
    assertThat(running)
        .isEqualTo(
            "{\"state\":\"RUNNING\",\"step\":\"fit the \\\"trees\\\"\",\"stagesDone\":3,"
                + "\"done\":1,\"tasks\":4,\"stepMillis\":7000}");
    assertThat(text(file)).isEqualTo("{\"state\":\"FAILED\",\"error\":\"row 3 is bad\"}");
  }

  @Test
  void shouldTellOfARunThatFailedBeforeSparkWasUp() throws Exception {
    // given
    Path file = folder.resolve("one.json");
    System.setProperty(RunStatus.SETTING, file.toUri().toString());

    // when
    RunStatus.wanted().orElseThrow().end("no such option");

    // then
    assertThat(text(file)).contains("FAILED", "no such option");
  }

  @Test
  void shouldGoOnWhenItsFileCannotBeWritten() throws Exception {
    // given
    Path taken = Files.writeString(folder.resolve("taken"), "a file");
    System.setProperty(RunStatus.SETTING, taken.resolve("one.json").toUri().toString());
    RunStatus status = RunStatus.wanted().orElseThrow();

    // when
    status.begin(new Configuration());
    status.end(null);

    // then
    assertThat(taken).hasContent("a file");
  }

  @Test
  void shouldCheckArgumentsWithoutRunning() {
    // given
    System.setProperty(SparkJob.CHECK, "true");
    String out = folder.resolve("out").toString();

    // when
    JobRun right = JobRun.of("train", "--input-path", "s3://no/where", "--output-path", out);
    JobRun wrong =
        JobRun.of(
            "train",
            "--input-path",
            "s3://no/where",
            "--output-path",
            out,
            "--quarantine-path",
            "q");
    JobRun wrongToo = JobRun.of("generate", "--rows", "0", "--output-path", out);

    // then
    assertThat(right.code()).as(right.err()).isZero();
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("--quarantine-path is q");
    assertThat(wrongToo.code()).isEqualTo(2);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  private static String text(Path file) throws Exception {
    return Files.exists(file) ? Files.readString(file) : "";
  }
}
