package io.escala.localaws.emrserverless;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.OneService;
import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.cloudformation.ResourceType;
import io.escala.localaws.conformity.JsonClient;
import io.escala.localaws.emr.SparkRuns;
import io.escala.localaws.s3.S3Store;
import io.escala.localaws.state.StateFolder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmrServerlessTest {
  private static final ResourceContext HERE =
      new ResourceContext("000000000000", "us-east-1", "one", "arn", "App");
  private static final String PROPERTIES =
      """
      {"Type": "SPARK", "ReleaseLabel": "emr-spark-8.1.0", "Architecture": "ARM64",
       "AutoStopConfiguration": {"Enabled": true, "IdleTimeoutMinutes": 5},
       "MaximumCapacity": {"Cpu": "12 vCPU", "Memory": "48 GB"}}
      """;

  private static final String RUN =
      """
      {"executionRoleArn": "arn:aws:iam::000000000000:role/job",
       "jobDriver": {"sparkSubmit": {"entryPoint": "s3://code/job.jar",
        "entryPointArguments": ["train", "--rows", "5"],
        "sparkSubmitParameters": "--class io.escala.Job"}},
       "configurationOverrides": {
        "applicationConfiguration": [
         {"classification": "spark-defaults", "properties": {"spark.executor.cores": "2"}}],
        "monitoringConfiguration": {"s3MonitoringConfiguration": {"logUri": "s3://logs/emr/"}}}}
      """;

  @TempDir Path folder;
  private final FakeSpark spark = new FakeSpark();
  private EmrServerlessService service;
  private OneService server;
  private JsonClient client;
  private ResourceType type;
  private Resource application;

  @BeforeEach
  void start() throws Exception {
    service = open();
    server = new OneService(service);
    client = new JsonClient(server.url(), "emr-serverless");
    type = service.types().get(0);
    application = type.create(HERE, properties(PROPERTIES));
  }

  @AfterEach
  void stop() {
    server.close();
    service.close();
  }

  @Test
  void aRunSubmitsItsJarWithItsArgumentsAndLogsWhereItIsTold() throws Exception {
    // when
    String run = start(RUN);
    FakeSpark.FakeRun started = spark.next();
    started.succeed();

    // then
    JsonNode done = await(run, "SUCCESS");
    assertThat(started.arguments)
        .containsExactly("--class", "io.escala.Job", "s3://code/job.jar", "train", "--rows", "5");
    assertThat(started.defaults).containsEntry("spark.executor.cores", "2");
    assertThat(started.logs)
        .isEqualTo(
            new SparkRuns.Logs(
                "s3://logs/emr/", "applications/" + id() + "/jobs/" + run + "/SPARK_DRIVER"));
    assertThat(done.path("releaseLabel").asText()).isEqualTo("emr-spark-8.1.0");
    assertThat(get("").at("/application/state").asText()).isEqualTo("STARTED");
    assertThat(get("/jobruns").path("jobRuns")).hasSize(1);
    assertThat(get("/jobruns?states=RUNNING").path("jobRuns")).isEmpty();
    assertThat(client.send("GET", "/applications", "").path("applications")).hasSize(1);
  }

  @Test
  void aRunThatFailsTellsWhy() throws Exception {
    String run = start(RUN);
    spark.next().fail("row 3 is bad");
    assertThat(await(run, "FAILED").path("stateDetails").asText()).isEqualTo("row 3 is bad");
  }

  @Test
  void aReasonIsCutToWhatTheServiceTells() throws Exception {
    String run = start(RUN);
    spark.next().fail("x".repeat(300));
    assertThat(await(run, "FAILED").path("stateDetails").asText()).isEqualTo("x".repeat(255) + "…");
  }

  @Test
  void aRunCanBeCancelled() throws Exception {
    String run = start(RUN);
    spark.next();
    client.send("DELETE", "/applications/" + id() + "/jobruns/" + run, "");
    assertThat(await(run, "CANCELLED").path("stateDetails").asText())
        .isEqualTo("Cancelled by user");
  }

  @Test
  void aRunThatWasUnderWayWhenTheEndpointStoppedHasFailedAtTheNextStart() throws Exception {
    // given
    String run = start(RUN);
    spark.next();

    // when another endpoint opens the state that the killed one left
    List<JobRunRecord> found;
    StateFolder state = new StateFolder(folder);
    try (Applications next = new Applications(state, new S3Store(state), spark)) {
      found = next.runs(id());
    }

    // then
    assertThat(found).extracting(JobRunRecord::id).containsExactly(run);
    assertThat(found.get(0).state()).isEqualTo("FAILED");
    assertThat(found.get(0).details())
        .isEqualTo("the endpoint stopped while the run was under way");
  }

  @Test
  void anApplicationGoesOnlyWhenNothingIsUnderWay() throws Exception {
    // given
    String run = start(RUN);
    FakeSpark.FakeRun started = spark.next();
    assertThatThrownBy(() -> type.delete(HERE, application, properties(PROPERTIES)))
        .hasMessageContaining("has runs under way: " + run);

    // when
    started.succeed();
    await(run, "SUCCESS");
    type.delete(HERE, application, properties(PROPERTIES));

    // then
    assertThat(client.send("GET", "/applications", "").path("applications")).isEmpty();
    assertThat(folder.resolve("emr-serverless/jobruns")).isEmptyDirectory();
  }

  @Test
  void whatIsNotHandledIsRefusedByName() {
    refused(
        RUN.replace("{\"executionRoleArn\"", "{\"mode\": \"STREAMING\", \"executionRoleArn\""),
        "mode STREAMING");
    refused(RUN.replace("sparkSubmit\"", "hive\""), "jobDriver's hive");
    refused(
        RUN.replace("s3://logs/emr/", "s3://nowhere/logs"),
        "the bucket of logUri does not exist: s3://nowhere/logs");
    refused(RUN.replace("spark-defaults", "spark-log4j2"), "spark-log4j2");
    assertThatThrownBy(() -> get("/jobruns?createdAtAfter=1"))
        .hasMessageContaining("the parameter createdAtAfter");
    assertThatThrownBy(() -> type.create(HERE, properties(PROPERTIES.replace("SPARK", "HIVE"))))
        .hasMessageContaining("applications of type HIVE");
    assertThatThrownBy(
            () ->
                type.create(HERE, properties(PROPERTIES.replace("\"Architecture\"", "\"Worker\""))))
        .hasMessageContaining("AWS::EMRServerless::Application.Worker");
  }

  private String id() {
    return application.physicalId();
  }

  private void refused(String run, String words) {
    assertThatThrownBy(() -> start(run)).hasMessageContaining(words);
  }

  private String start(String run) {
    return client.send("POST", "/applications/" + id() + "/jobruns", run).path("jobRunId").asText();
  }

  private JsonNode get(String path) {
    return client.send("GET", "/applications/" + id() + path, "");
  }

  private JsonNode await(String run, String state) throws InterruptedException {
    for (int i = 0; i < 1000; i++) {
      JsonNode now = get("/jobruns/" + run).path("jobRun");
      if (now.path("state").asText().equals(state)) {
        return now;
      }
      Thread.sleep(10);
    }
    throw new AssertionError("the run does not become " + state);
  }

  private EmrServerlessService open() {
    StateFolder state = new StateFolder(folder);
    S3Store buckets = new S3Store(state);
    List.of("logs", "code").forEach(buckets::createBucket);
    return new EmrServerlessService(state, buckets, spark, "us-east-1", "000000000000");
  }

  private static ResourceProperties properties(String json) throws Exception {
    return ResourceProperties.of(
        "AWS::EMRServerless::Application", (ObjectNode) new ObjectMapper().readTree(json));
  }
}
