package io.escala.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.emr.model.ActionOnFailure;
import software.amazon.awssdk.services.emr.model.StepConfig;
import software.amazon.awssdk.services.emr.model.StepState;
import software.amazon.awssdk.services.emr.model.StepSummary;

/** What the README promises, run as a person would: ./escala up, look, ask, up again, down. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class LaptopToModelIT {
  private static final Path ROOT = Launcher.ROOT;
  private static final Path BANK =
      ROOT.resolveSibling("shared").resolve("data").resolve("bank.csv");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path folder;
  private static Path home;
  private static List<String> upCommand;
  private static Launcher.Run firstUp;

  @BeforeAll
  static void bringUp() throws Exception {
    home = folder.resolve("home");
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    upCommand = new ArrayList<>(List.of("up", "--port", Integer.toString(port)));
    if (Files.exists(BANK)) {
      upCommand.addAll(List.of("--input", BANK.toString()));
    } else {
      System.err.println("../shared/data/bank.csv is not there: the test trains on generated rows");
    }
    firstUp = escala(upCommand);
  }

  @AfterAll
  static void leaveNothing() throws Exception {
    if (Files.exists(home)) {
      escala(List.of("down"));
    }
  }

  @Test
  @Order(1)
  void upEndsWithPredictionsAndALineToTry() {
    assertThat(firstUp.output())
        .contains("Escala is up.", "curl -s -X POST http://127.0.0.1:", "./escala down");
    assertThat(firstUp.exit()).isZero();
  }

  @Test
  @Order(2)
  void statusTellsWhatRunsAndWhere() throws Exception {
    // when
    JsonNode status = status();

    // then
    assertThat(status.path("running").asBoolean()).isTrue();
    assertThat(status.path("awsEndpoint").asText()).startsWith("http://127.0.0.1:");
    assertThat(status.path("apiUrl").asText()).startsWith("http://127.0.0.1:");
    assertThat(status.path("bucket").asText()).startsWith("escalastorage-");
    assertThat(status.path("clusters").findValuesAsText("state")).containsExactly("TERMINATED");
    assertThat(status.path("steps").findValuesAsText("state")).containsOnly("COMPLETED");
    assertThat(status.path("models").findValuesAsText("name")).containsExactly("bank");
  }

  @Test
  @Order(3)
  void theStepRanWithTheArgumentsThatTheTemplateHolds() throws Exception {
    // given
    JsonNode template =
        JSON.readTree(Files.readString(home.resolve("cdk.out/EscalaSpark.template.json")));
    JsonNode declared = null;
    for (JsonNode resource : template.path("Resources")) {
      if (resource.path("Type").asText().equals("AWS::EMR::Cluster")) {
        declared = resource.path("Properties").path("Steps");
      }
    }
    String account = "000000000000";

    // when
    try (Aws aws = new Aws(endpoint())) {
      List<StepSummary> steps = TrainingRun.deployed(aws).orElseThrow().steps();

      // then
      assertThat(declared).isNotNull().hasSameSizeAs(steps);
      for (int i = 0; i < steps.size(); i++) {
        List<String> ran = steps.get(i).config().args();
        JsonNode wanted = declared.get(i).path("HadoopJarStep").path("Args");
        assertThat(ran).hasSize(wanted.size());
        for (int j = 0; j < ran.size(); j++) {
          if (wanted.get(j).isTextual()) {
            assertThat(ran.get(j)).isEqualTo(wanted.get(j).asText());
          } else {
            assertThat(ran.get(j))
                .startsWith("s3://")
                .satisfiesAnyOf(
                    a -> assertThat(a).contains(account),
                    a -> assertThat(a).contains("escalastorage-"));
          }
        }
        assertThat(ran)
            .startsWith(
                "spark-submit", "--deploy-mode", "cluster", "--class", "io.escala.spark.SparkJob");
        assertThat(steps.get(i).status().state()).isEqualTo(StepState.COMPLETED);
      }
    }
  }

  @Test
  @Order(4)
  void theApiAnswersWithThePredictionsThatSparkWrote() throws Exception {
    // given
    JsonNode status = status();
    List<Row> rows = scored(status, 500);
    ObjectNode request = JSON.createObjectNode();
    request.putArray("instances").addAll(instances(rows));

    // when
    HttpResponse<String> answer =
        post(status.path("apiUrl").asText() + "/v1/models/bank:predict", request.toString());

    // then
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode predictions = JSON.readTree(answer.body()).path("predictions");
    assertThat(predictions).hasSameSizeAs(rows);
    for (int i = 0; i < rows.size(); i++) {
      double bySpark = rows.get(i).<Double>getAs("probability");
      assertThat(predictions.get(i).path("probability").asDouble())
          .isCloseTo(bySpark, within(1e-12));
      assertThat(predictions.get(i).path("label").asText())
          .isEqualTo(rows.get(i).<Number>getAs("prediction").intValue() == 1 ? "yes" : "no");
    }
  }

  @Test
  @Order(5)
  void theSameRowGetsTheSameAnswerOfSparkTheServerAndTheFunction() throws Exception {
    // given
    JsonNode status = status();
    Path trained = home.resolve("aws/s3").resolve(status.path("bucket").asText()).resolve("models");
    Path prebuilt = ROOT.resolve("models");
    Map<Path, OneAnswer> asked = new LinkedHashMap<>();
    Path bank = trained.resolve("bank");
    asked.put(bank, OneAnswer.of(bank, instances(scored(status, 1000))));
    for (String name : List.of("wine", "digits")) {
      asked.put(prebuilt.resolve(name), OneAnswer.ofMoved(prebuilt.resolve(name), 1000));
    }

    try (Server server = Server.start(folder, trained, prebuilt)) {
      for (Map.Entry<Path, OneAnswer> model : asked.entrySet()) {
        String name = model.getKey().getFileName().toString();
        OneAnswer rows = model.getValue();

        // when
        Launcher.Run job =
            escala(
                List.of(
                    "job",
                    "score",
                    "--input-path",
                    rows.table(folder.resolve(name + ".json")).toString(),
                    "--model-path",
                    model.getKey().toString(),
                    "--output-path",
                    folder.resolve(name + "-scored").toString(),
                    "--keep",
                    "row",
                    "--format",
                    "json"));
        assertThat(job.exit()).as(job.output()).isZero();
        List<OneAnswer.Answer> bySpark = rows.bySpark(folder.resolve(name + "-scored"));
        List<JsonNode> byServer = rows.byHttp(server.url());
        List<JsonNode> byFunction = rows.byHttp(status.path("apiUrl").asText());

        // then
        assertThat(rows.size()).isGreaterThan(1000);
        assertThat(byFunction).as(name).isEqualTo(byServer);
        assertThat(bySpark).as(name).isEqualTo(rows.asColumns(byServer));
      }
    }
  }

  @Test
  @Order(6)
  void badInputGetsASentence() throws Exception {
    // when
    HttpResponse<String> answer =
        post(
            status().path("apiUrl").asText() + "/v1/models/bank:predict",
            "{\"instances\":[{\"age\":\"fifty\"}]}");

    // then
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(JSON.readTree(answer.body()).path("error").asText()).contains("age", "fifty");
  }

  @Test
  @Order(7)
  void upAgainChangesNothing() throws Exception {
    // given
    JsonNode before = status();

    // when
    Launcher.Run again = escala(upCommand);

    // then
    assertThat(again.exit()).as(again.output()).isZero();
    JsonNode after = status();
    assertThat(after).isEqualTo(before);
  }

  @Test
  @Order(8)
  void aFailingRunIsSaidInOneSentenceAndTheModelInServiceStays() throws Exception {
    // given
    Path broken = Files.writeString(folder.resolve("broken.csv"), "age;job\n30;admin.\n");
    JsonNode before = status().path("models");
    List<String> command = new ArrayList<>(upCommand.subList(0, 3));
    command.addAll(List.of("--input", broken.toString()));

    // when
    Launcher.Run failed = escala(command);

    // then
    assertThat(failed.exit()).isEqualTo(1);
    String said = failed.output().lines().reduce((first, last) -> last).orElseThrow();
    assertThat(said).startsWith("escala: ").contains("FAILED").contains("marital");
    assertThat(failed.output()).doesNotContain("\tat ");
    assertThat(status().path("models")).isEqualTo(before);
  }

  @Test
  @Order(9)
  void everyCommandOfTheJobRunsAsAStepOnACluster() throws Exception {
    // given
    String at = "s3://" + status().path("bucket").asText() + "/steps/";
    List<String> commands =
        List.of(
            "generate --rows 4000 --output-path " + at + "rows",
            "prepare --input-path " + at + "rows --output-path " + at + "table",
            "sql --strict --input-path " + at + "table --output-path " + at + "months --query",
            "train --algorithm logistic --input-path " + at + "table --output-path " + at + "out",
            "train-wine --model-path " + at + "models",
            "score --input-path "
                + at
                + "table --model-path "
                + at
                + "out/models/bank"
                + " --output-path "
                + at
                + "scored",
            "train-segments --by job --input-path "
                + at
                + "table --output-path "
                + at
                + "segments");
    try (Aws aws = new Aws(endpoint())) {
      List<StepSummary> deployed = TrainingRun.deployed(aws).orElseThrow().steps();
      List<String> submit = deployed.get(0).config().args().subList(0, 6);
      List<StepConfig> steps = new ArrayList<>();
      for (String command : commands) {
        List<String> arguments = new ArrayList<>(submit);
        arguments.addAll(List.of(command.split(" ", -1)));
        if (command.endsWith("--query")) {
          arguments.add("select *, monthAsInt(month) as month_as_int from bank_data_view");
        }
        steps.add(
            StepConfig.builder()
                .name(command.substring(0, command.indexOf(' ')))
                .actionOnFailure(ActionOnFailure.TERMINATE_CLUSTER)
                .hadoopJarStep(h -> h.jar("command-runner.jar").args(arguments))
                .build());
      }

      // when
      String cluster =
          aws.emr()
              .runJobFlow(
                  r ->
                      r.name("every command")
                          .releaseLabel("emr-spark-8.1.0")
                          .instances(i -> i.keepJobFlowAliveWhenNoSteps(false))
                          .steps(steps))
              .jobFlowId();
      new TrainingRun(aws, cluster).await(new Terminal(System.out, false));

      // then
      for (String written :
          List.of("months/_SUCCESS", "scored/_SUCCESS", "models/wine/current.json")) {
        assertThat(aws.text(status().path("bucket").asText(), "steps/" + written))
            .as(written)
            .isPresent();
      }
    }
  }

  @Test
  @Order(10)
  void aRunThatWasSubmittedSaysWhyItFailed() throws Exception {
    // given
    String bucket = "s3://" + status().path("bucket").asText();

    // when
    Launcher.Run failed =
        escala(
            List.of(
                "submit",
                "--new-cluster",
                "train",
                "--input-path",
                bucket + "/data/nothing.csv",
                "--output-path",
                bucket + "/results/nothing"));
    Matcher step = Pattern.compile("step (s-\\w+), train, submitted").matcher(failed.output());
    assertThat(step.find()).as(failed.output()).isTrue();
    Launcher.Run logs = escala(List.of("logs", step.group(1)));

    // then
    assertThat(failed.exit()).as(failed.output()).isEqualTo(1);
    assertThat(failed.output())
        .contains("On this machine: http://127.0.0.1:", "escala-spark-job.jar uploaded")
        .containsPattern("step train failed: .*nothing\\.csv")
        .doesNotContain("\tat ");
    assertThat(logs.output()).containsPattern("(?m)^step train failed: .*nothing\\.csv");
  }

  @Test
  @Order(11)
  void anotherLifecycleIsOneSettingAway() throws Exception {
    // given
    JsonNode before = status().path("models");
    List<String> command = new ArrayList<>(upCommand);
    command.addAll(List.of("-c", "escala:spark.lifecycle=serverless", "-c", "escala:recipe=book"));

    // when
    Launcher.Run up = escala(command);

    // then
    assertThat(up.exit()).as(up.output()).isZero();
    assertThat(up.output())
        .contains("Training by execution ", " of application ", "train: completed in ")
        .contains("Escala is up.");
    JsonNode after = status();
    assertThat(after.path("models")).hasSize(1).isNotEqualTo(before);
    assertThat(after.path("executions").findValuesAsText("status")).containsExactly("SUCCEEDED");
    assertThat(after.path("jobRuns").findValuesAsText("state")).containsOnly("SUCCESS");
    assertThat(after.path("stacks").findValuesAsText("status"))
        .allMatch(status -> status.endsWith("_COMPLETE"));
  }

  @Test
  @Order(12)
  void downLeavesNothing() throws Exception {
    // given
    LocalEndpoint endpoint = endpoint();

    // when
    Launcher.Run down = escala(List.of("down"));

    // then
    assertThat(down.exit()).as(down.output()).isZero();
    assertThat(down.output()).contains("Nothing is left: 0 stacks, 0 buckets, 0 processes");
    assertThat(home).doesNotExist();
    assertThat(ProcessHandle.of(endpoint.pid()).filter(ProcessHandle::isAlive)).isEmpty();
    assertThat(processesOf(home)).isEmpty();
  }

  /** The first rows that training scored. */
  private static List<Row> scored(JsonNode status, int rows) {
    Path results =
        home.resolve("aws/s3")
            .resolve(status.path("bucket").asText())
            .resolve("results/bank/results.parquet");
    SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", false)
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate();
    List<Row> scored = spark.read().parquet(results.toString()).limit(rows).collectAsList();
    spark.stop();
    assertThat(scored).hasSize(rows);
    return scored;
  }

  private static List<ObjectNode> instances(List<Row> rows) {
    Set<String> notInputs = Set.of("y", "deposit", "label", "split", "prediction", "probability");
    List<ObjectNode> instances = new ArrayList<>();
    for (Row row : rows) {
      ObjectNode instance = JSON.createObjectNode();
      for (String column : row.schema().fieldNames()) {
        if (!notInputs.contains(column)) {
          instance.set(column, JSON.valueToTree(row.getAs(column)));
        }
      }
      instances.add(instance);
    }
    return instances;
  }

  /** {@code ./escala serve} over folders of models, on a port of its own. */
  private record Server(Process process, String url) implements AutoCloseable {
    static Server start(Path folder, Path... models) throws IOException, InterruptedException {
      List<String> command =
          new ArrayList<>(List.of(ROOT.resolve("escala").toString(), "serve", "--port", "0"));
      for (Path each : models) {
        command.addAll(List.of("--models", each.toString()));
      }
      Path said = Files.createTempFile(folder, "server", ".txt");
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(said.toFile())
              .start();
      Pattern ready = Pattern.compile("Ready at (http://\\S+)");
      long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
      while (System.nanoTime() < end && process.isAlive()) {
        Matcher found = ready.matcher(Files.readString(said));
        if (found.find()) {
          return new Server(process, found.group(1));
        }
        Thread.sleep(50);
      }
      process.destroy();
      throw new AssertionError("the server did not become ready: " + Files.readString(said));
    }

    @Override
    public void close() {
      process.destroy();
      process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
    }
  }

  private static Set<String> processesOf(Path home) {
    return ProcessHandle.allProcesses()
        .filter(process -> process.pid() != ProcessHandle.current().pid())
        .map(process -> process.info().commandLine().orElse(""))
        .filter(command -> command.contains(home.toString()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static LocalEndpoint endpoint() {
    return LocalEndpoint.find(new Workspace(ROOT, home, Path.of("java"))).orElseThrow();
  }

  private static JsonNode status() throws Exception {
    Launcher.Run run = escala(List.of("status", "--json"));
    assertThat(run.exit()).as(run.output()).isZero();
    return JSON.readTree(run.output());
  }

  private static HttpResponse<String> post(String uri, String body) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(uri))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static Launcher.Run escala(List<String> arguments)
      throws IOException, InterruptedException {
    return new Launcher(folder, home).run(arguments);
  }
}
