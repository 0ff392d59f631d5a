package io.escala.cli.emr;

import static org.assertj.core.api.Assertions.assertThat;

import io.escala.cli.Aws;
import io.escala.cli.LocalEndpoint;
import io.escala.cli.Target;
import io.escala.cli.Workspace;
import io.escala.localaws.LocalAws;
import io.escala.localaws.Options;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.emr.model.Cluster;
import software.amazon.awssdk.services.emr.model.Step;
import software.amazon.awssdk.services.emr.model.StepState;

/** Logs as EMR lays them into the bucket: compressed, the driver's in a container of YARN. */
final class StepLogsTest {
  private static final String APPLICATION = "application_1700000000000_0001";
  private static final String OF_YARN =
      "Exception in thread \"main\" org.apache.spark.SparkException: Application "
          + APPLICATION
          + " finished with failed status";

  @TempDir Path folder;
  private LocalAws endpoint;
  private Emr emr;

  @BeforeEach
  void start() {
    endpoint = LocalAws.start(Options.of(folder.resolve("aws"), 0));
    Target target =
        Target.local(
            LocalEndpoint.find(new Workspace(folder, folder, Path.of("java"))).orElseThrow());
    emr = new Emr(new Aws(target), target);
    emr.aws().s3().createBucket(r -> r.bucket("logs"));
  }

  @AfterEach
  void stop() {
    emr.aws().close();
    endpoint.close();
  }

  @Test
  void shouldFindTheCauseInTheDriversContainer() throws Exception {
    // given
    put(
        "emr/j-1/steps/s-1/stderr.gz",
        "26/11/25 10:00:00 INFO Client: " + APPLICATION + "\n" + OF_YARN);
    put(
        "emr/j-1/containers/" + APPLICATION + "/container_1700000000000_0001_01_000002/stderr.gz",
        "x");
    put(
        "emr/j-1/containers/" + APPLICATION + "/container_1700000000000_0001_01_000001/stderr.gz",
        "26/11/25 10:00:00 INFO SparkContext: up\nerror: bank.csv, line 3: age is old\n");

    // then
    assertThat(Cause.of(emr, cluster(), failed(OF_YARN), Optional.empty()))
        .isEqualTo("bank.csv, line 3: age is old");
    assertThat(StepLogs.of(emr, cluster(), failed(OF_YARN)).all())
        .extracting(StepLogs.LogFile::name)
        .containsExactly("stderr", "driver's stderr");
  }

  @Test
  void shouldSayWhatEmrSaysUntilTheLogsAreThere() {
    assertThat(Cause.of(emr, cluster(), failed(OF_YARN), Optional.empty())).isEqualTo(OF_YARN);
    assertThat(
            Cause.of(
                emr,
                cluster(),
                failed(OF_YARN),
                RunStatus.of("{\"state\":\"FAILED\",\"error\":\"age is old\"}")))
        .isEqualTo("age is old");
  }

  private void put(String key, String text) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zipped = new GZIPOutputStream(bytes)) {
      zipped.write(text.getBytes(StandardCharsets.UTF_8));
    }
    emr.aws()
        .s3()
        .putObject(r -> r.bucket("logs").key(key), RequestBody.fromBytes(bytes.toByteArray()));
  }

  private static Cluster cluster() {
    // EMR gives the scheme back as it pleases
    return Cluster.builder().id("j-1").logUri("s3n://logs/emr/").status(s -> {}).build();
  }

  private static Step failed(String message) {
    return Step.builder()
        .id("s-1")
        .name("train")
        .config(c -> c.args("spark-submit"))
        .status(
            s ->
                s.state(StepState.FAILED)
                    .failureDetails(f -> f.message(message))
                    .timeline(t -> t.startDateTime(Instant.EPOCH)))
        .build();
  }
}
