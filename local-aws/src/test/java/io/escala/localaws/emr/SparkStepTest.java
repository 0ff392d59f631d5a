package io.escala.localaws.emr;

import static org.assertj.core.api.Assertions.assertThat;

import io.escala.localaws.http.JsonProtocol;
import io.escala.localaws.s3.S3Store;
import io.escala.localaws.state.StateFolder;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps through Spark's own SparkSubmit; each takes seconds. */
class SparkStepTest {
  @TempDir Path folder;
  private S3Store buckets;
  private SparkStepRunner runner;

  @BeforeEach
  void start() throws Exception {
    StateFolder state = new StateFolder(folder);
    buckets = new S3Store(state);
    for (String bucket : List.of("code", "data", "logs")) {
      buckets.createBucket(bucket);
    }
    String file = CountingJob.class.getName().replace('.', '/') + ".class";
    try (JarOutputStream jar =
            new JarOutputStream(Files.newOutputStream(buckets.object("code", "job.jar")));
        InputStream code = CountingJob.class.getResourceAsStream("/" + file)) {
      jar.putNextEntry(new JarEntry(file));
      code.transferTo(jar);
    }
    runner =
        new SparkStepRunner(
            new EmrSettings(
                state,
                Path.of(System.getProperty("spark.classpath.file")),
                List.of(System.getProperty("spark.jvm.options").split(" ", -1)),
                null,
                "us-east-1",
                "000000000000",
                Map.of("AWS_REGION", "us-east-1")));
  }

  @Test
  void aStepReadsAndWritesObjectsOfTheBuckets() throws Exception {
    // given
    put("data", "in/bank.csv", "age,job\n30,services\n40,admin.\n");

    // when
    Optional<Step.Failure> failure =
        run(
            "spark-submit",
            "--deploy-mode",
            "cluster",
            "--driver-memory",
            "1g",
            "--class",
            CountingJob.class.getName(),
            "s3://code/job.jar",
            "s3://data/in/",
            "s3://data/out/table");

    // then
    assertThat(failure).isEmpty();
    assertThat(buckets.list("data", "out/"))
        .extracting(S3Store.Listed::key)
        .contains("out/table/_SUCCESS")
        .anyMatch(key -> key.matches("out/table/part-.*\\.parquet"))
        .noneMatch(key -> key.contains(".crc") || key.contains("_temporary"));
    assertThat(log("stdout")).contains("2 rows");
    assertThat(log("stderr")).contains("SparkContext");
    assertThat(log("controller"))
        .contains("--deploy-mode cluster")
        .contains("ended with exit code 0");
  }

  @Test
  void aStepThatFailsNamesTheBucketThatIsMissing() throws Exception {
    // when
    Optional<Step.Failure> failure =
        run(
            "spark-submit",
            "--class",
            CountingJob.class.getName(),
            "s3://code/job.jar",
            "s3://nowhere/in/",
            "s3://data/out");

    // then
    assertThat(failure).isPresent();
    assertThat(failure.get().reason()).isEqualTo("The step's process ended with exit code 1");
    assertThat(failure.get().message())
        .contains("the bucket nowhere does not exist (s3://nowhere/in");
    assertThat(failure.get().logFile()).isEqualTo("s3://logs/emr/j-TEST/steps/s-TEST/stderr");
    assertThat(buckets.list("data", "")).isEmpty();
  }

  @Test
  void anyOtherCommandFailsWithWhatIsHandled() throws Exception {
    assertThat(run("hive-script", "--run").orElseThrow().message())
        .isEqualTo("local-aws runs the command spark-submit; this step's command is hive-script");
  }

  private Optional<Step.Failure> run(String... args) throws InterruptedException {
    Step step =
        new Step(
            "s-TEST",
            "test",
            "CONTINUE",
            "command-runner.jar",
            null,
            List.of(args),
            Map.of(),
            "RUNNING",
            null,
            null,
            0,
            0L,
            null);
    ClusterRecord cluster =
        new ClusterRecord(
            "j-TEST",
            null,
            JsonProtocol.object().put("Name", "test").put("LogUri", "s3://logs/emr/"),
            false,
            "RUNNING",
            null,
            null,
            0,
            0L,
            null,
            List.of(step));
    return runner.start(cluster, step).await();
  }

  private String log(String name) throws Exception {
    try (InputStream in = buckets.open("logs", "emr/j-TEST/steps/s-TEST/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void put(String bucket, String key, String text) throws Exception {
    buckets.put(
        bucket,
        key,
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
        S3Store.Description.NONE);
  }
}
