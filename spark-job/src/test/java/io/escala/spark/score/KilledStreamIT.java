package io.escala.spark.score;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job jar in a JVM of its own, killed and stopped while files land. */
class KilledStreamIT {
  private static final Path TARGET =
      Path.of(System.getProperty("escala.root")).resolve("spark-job").resolve("target");
  private static final int ROWS_A_FILE = 20;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir Path folder;
  private Process job;

  @AfterEach
  void end() throws InterruptedException {
    if (job != null) {
      job.destroyForcibly().waitFor();
    }
  }

  @Test
  void shouldLoseAndRepeatNothingWhenItIsKilledAndStartedAgain() throws Exception {
    // given files that land all the time
    Path landing = Files.createDirectory(folder.resolve("landing"));
    LandingThread landed = new LandingThread(landing);
    landed.start();

    // when it is killed twice, in the middle of whatever it does, then stopped, then ends itself
    for (int kill = 1; kill <= 2; kill++) {
      start("--interval", "0.1");
      awaitBatches(3 * kill);
      job.destroyForcibly().waitFor();
    }
    start("--interval", "0.1");
    awaitBatches(9);
    job.destroy();
    assertThat(job.waitFor(60, TimeUnit.SECONDS)).as("stops on SIGTERM").isTrue();
    int files = landed.finish();
    start("--once");
    assertThat(job.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

    // then
    assertThat(job.exitValue()).isZero();
    assertThat(Files.readString(folder.resolve("log"))).contains("stopped;");
    assertThat(WineFiles.idsIn(folder.resolve("out")))
        .isEqualTo(WineFiles.ids(0, files * ROWS_A_FILE));
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder("landing", "out", "out.checkpoint", "log");
    }
  }

  private void start(String... more) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(Files.readString(TARGET.resolve("spark.jvm.options")).strip().split(" ")));
    command.addAll(
        List.of(
            "-Xmx700m",
            "-XX:TieredStopAtLevel=1", // it starts four times and computes little
            "-Dspark.master=local[2]",
            "-Dspark.ui.enabled=false",
            "-Dspark.driver.bindAddress=127.0.0.1",
            "-Dspark.driver.host=127.0.0.1",
            "-cp",
            Files.readString(TARGET.resolve("spark.classpath")).strip()
                + ":"
                + TARGET.resolve("escala-spark-job.jar"),
            "io.escala.spark.SparkJob",
            "score",
            "--stream",
            "--files-per-batch",
            "3",
            "--input-path",
            folder.resolve("landing").toString(),
            "--model-path",
            WineFiles.MODEL.toString(),
            "--output-path",
            folder.resolve("out").toString()));
    command.addAll(List.of(more));
    job =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
            .start();
  }

  private void awaitBatches(int wanted) throws Exception {
    Instant end = Instant.now().plus(PATIENCE);
    while (batches() < wanted) {
      assertThat(job.isAlive()).as(() -> log()).isTrue();
      assertThat(Instant.now()).as(() -> log()).isBefore(end);
      Thread.sleep(20);
    }
  }

  private long batches() throws IOException {
    Path out = folder.resolve("out");
    if (!Files.exists(out)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(out)) {
      return files.filter(f -> f.getFileName().toString().startsWith(ScoreStream.BATCH)).count();
    }
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Lands a file every so often until it is told to end. */
  private static final class LandingThread extends Thread {
    private final Path landing;
    private volatile boolean ending;
    private final AtomicInteger files = new AtomicInteger();
    private volatile IOException failure;

    LandingThread(Path landing) {
      this.landing = landing;
    }

    @Override
    public void run() {
      try {
        while (!ending) {
          int file = files.get();
          WineFiles.land(landing, "rows-" + file + ".csv", file * ROWS_A_FILE, ROWS_A_FILE);
          files.set(file + 1);
          Thread.sleep(150);
        }
      } catch (IOException e) {
        failure = e;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    int finish() throws Exception {
      ending = true;
      join();
      assertThat(failure).isNull();
      return files.get();
    }
  }
}
