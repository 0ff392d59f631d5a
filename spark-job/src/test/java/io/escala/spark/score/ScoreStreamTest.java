package io.escala.spark.score;

import static org.assertj.core.api.Assertions.assertThat;

import io.escala.spark.JobRun;
import io.escala.spark.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreStreamTest {
  @TempDir Path folder;
  private Path landing;

  @BeforeEach
  void create() throws IOException {
    landing = Files.createDirectory(folder.resolve("landing"));
  }

  @Test
  void shouldScoreWhatHasLandedSinceAndNothingTwice() throws IOException {
    // given
    WineFiles.land(landing, "a.csv", 0, 10);
    WineFiles.land(landing, "b.csv", 10, 10);
    Files.writeString(landing.resolve("_half.csv"), "a file that is still being copied");

    // when
    JobRun first = once();
    JobRun nothing = once();
    WineFiles.land(landing, "c.csv", 20, 5);
    JobRun second = once();

    // then
    assertThat(first.complaint()).isEmpty();
    assertThat(first.out()).contains("batch_id=0  20 rows of 2 files");
    assertThat(nothing.out()).isEmpty();
    assertThat(second.out()).contains("batch_id=1  5 rows of 1 files");
    assertThat(ids()).isEqualTo(WineFiles.ids(0, 25));
    assertThat(
            TestSpark.session()
                .read()
                .parquet(folder.resolve("out").toString())
                .filter("label is not null and probability > 0")
                .count())
        .isEqualTo(25);
    assertThat(names(folder)).containsExactlyInAnyOrder("landing", "out", "out.checkpoint");
  }

  @Test
  void shouldPutABatchThatWasPublishedButNotWrittenDownInPlaceOnce() throws IOException {
    // given a run that was killed after the folder was moved, before Spark wrote down the end
    WineFiles.land(landing, "a.csv", 0, 10);
    once();
    Path commits = folder.resolve("out.checkpoint").resolve("commits");
    for (String commit : names(commits)) {
      Files.delete(commits.resolve(commit));
    }

    // when
    JobRun again = once();

    // then
    assertThat(again.complaint()).isEmpty();
    assertThat(ids()).isEqualTo(WineFiles.ids(0, 10));
  }

  @Test
  void shouldStopAtABadRowAndGoOnWhenTheFileIsMended() throws IOException {
    // given
    WineFiles.land(landing, "a.csv", 0, 10);
    once();
    Path file = WineFiles.land(landing, "b.csv", 10, 10);
    String sound = Files.readString(file);
    List<String> lines = new ArrayList<>(sound.lines().toList());
    lines.set(3, lines.get(3).replaceFirst("^[^,]*", "strong"));
    Files.write(file, lines);

    // when
    JobRun failed = once();

    // then
    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.complaint())
        .startsWith("error: " + landing + ": 1 of 10 rows cannot be scored")
        .contains(file + ", line 4: alcohol must be a number, but is the string \"strong\"");
    assertThat(ids()).isEqualTo(WineFiles.ids(0, 10));
    Files.writeString(file, sound);
    assertThat(once().complaint()).isEmpty();
    assertThat(ids()).isEqualTo(WineFiles.ids(0, 20));
  }

  @Test
  void shouldSetBadRowsAsideBatchByBatch() throws IOException {
    Path file = WineFiles.land(landing, "a.csv", 0, 10);
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.set(3, lines.get(3).replaceFirst("^[^,]*", ""));
    Files.write(file, lines);

    JobRun run = once("--bad-rows", "quarantine", "--max-bad-share", "0.5");

    assertThat(run.out()).contains("10 rows of 1 files, 1 set aside");
    assertThat(ids()).hasSize(9);
    assertThat(
            TestSpark.session()
                .read()
                .json(folder.resolve("out.quarantine").resolve("batch_id=0").toString())
                .count())
        .isEqualTo(1);
  }

  @Test
  void shouldRefuseFoldersThatDoNotBelongTogether() throws IOException {
    WineFiles.land(landing, "a.csv", 0, 10);
    once();

    assertThat(once("--checkpoint-path", folder.resolve("other").toString()).complaint())
        .contains("was written with another checkpoint than");
    assertThat(once("--output-path", landing.resolve("out").toString()).complaint())
        .contains("lies in the input");
    Path home = Files.createDirectory(folder.resolve("home"));
    Files.writeString(home.resolve("diary.txt"), "dear diary");
    assertThat(
            run(List.of(
                    "--output-path",
                    home.toString(),
                    "--checkpoint-path",
                    folder.resolve("other").toString()))
                .complaint())
        .contains("is a folder that no stream of this job wrote");
    Files.write(landing.resolve("b.csv"), List.of("alcohol,malic_acid", "1,2"));
    assertThat(once().complaint()).contains("the columns are not those of the files before");
  }

  private JobRun once(String... more) {
    List<String> arguments = new ArrayList<>(List.of(more));
    if (!arguments.contains("--output-path")) {
      arguments.addAll(List.of("--output-path", folder.resolve("out").toString()));
    }
    return run(arguments);
  }

  private JobRun run(List<String> more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "score",
                "--stream",
                "--once",
                "--input-path",
                landing.toString(),
                "--model-path",
                WineFiles.MODEL.toString()));
    arguments.addAll(more);
    return JobRun.of(arguments.toArray(String[]::new));
  }

  private List<Long> ids() {
    return WineFiles.idsIn(folder.resolve("out"));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).toList();
    }
  }
}
