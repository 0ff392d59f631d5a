package io.escala.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.escala.inference.BundleVersion;
import io.escala.inference.Manifest;
import io.escala.inference.fixture.BankModel;
import io.escala.inference.json.Json;
import io.escala.s3.FakeS3;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The zip that is deployed, unpacked, under AWS's own runtime client in another JVM, with models in
 * S3.
 */
class FunctionZipIT {
  private static final String AGE_40 =
      "{\"instances\": [{\"age\": 40, \"balance\": 100, \"day\": 5, \"job\": \"admin.\"}]}";
  private static final Instant MONDAY = Instant.parse("2026-11-23T19:45:00Z");

  @TempDir Path folder;
  private FakeS3 s3;
  private FakeRuntime runtime;
  private Process function;

  @BeforeEach
  void start() throws Exception {
    Assumptions.assumeTrue(
        System.getProperty("os.name").equals("Linux"), "AWS's runtime client runs on Linux only");
    Files.createDirectories(folder.resolve("s3/bucket"));
    s3 = new FakeS3(folder.resolve("s3"));
    runtime = new FakeRuntime();
    unzip(zip(), folder.resolve("task"));
  }

  @AfterEach
  void stop() throws Exception {
    if (function != null) {
      function.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
    runtime.close();
    s3.close();
  }

  @Test
  void shouldAnswerWithTheModelOnceThereIsOneAndWithItsSuccessor() throws Exception {
    // given a function that starts before there is a model
    startFunction(Map.of("ESCALA_MODELS_URI", "s3://bucket/models", "ESCALA_MODELS", "bank"));
    Map<?, ?> before = answer(Events.v2("POST", "/v1/models/bank:predict", AGE_40));
    assertThat(before.get("statusCode")).isEqualTo(503L);
    assertThat((String) before.get("body")).contains("has no version yet");

    // when
    BankModel first = new BankModel(-2.5);
    first.publish(folder.resolve("s3/bucket/models"), "bank", MONDAY);
    Map<?, ?> answer = answerOtherThan(503L, Events.v2("POST", "/v1/models/bank:predict", AGE_40));

    // then
    assertThat(answer.get("statusCode")).as("%s", answer).isEqualTo(200L);
    assertThat(probability(answer))
        .isCloseTo(first.probability(BankModel.row(40, 100, 5, "admin.")), within(1e-12));

    // when
    BankModel second = new BankModel(0.5);
    Manifest successor =
        second.publish(folder.resolve("s3/bucket/models"), "bank", MONDAY.plusSeconds(60));
    Map<?, ?> swapped = null;
    for (int i = 0; i < 100 && !successor.version().text().equals(version(swapped)); i++) {
      Thread.sleep(100);
      swapped = answer(Events.v1("POST", "/v1/models/bank:predict", AGE_40));
    }

    // then
    assertThat(version(swapped)).isEqualTo(successor.version().text());
    assertThat(probability(swapped))
        .isCloseTo(second.probability(BankModel.row(40, 100, 5, "admin.")), within(1e-12));
    try (Stream<Path> files = Files.walk(folder.resolve("tmp"))) {
      assertThat(files.filter(Files::isRegularFile))
          .as("libraries are not copied out of a jar")
          .isEmpty();
    }
    assertThat(log())
        .contains(
            "\"event\":\"model-loaded\"",
            "\"requestId\":\"request-1\"",
            "\"status\":503",
            "\"status\":200")
        .doesNotContain("admin.");
  }

  @Test
  void shouldAnswerForTheModelsOfTheZipWithoutAskingS3() throws Exception {
    // given
    startFunction(Map.of("ESCALA_MODELS_URI", "s3://bucket/models", "ESCALA_MODELS", "bank"));
    Manifest digits = prebuilt("digits");
    Manifest wine = prebuilt("wine");

    // when / then: every golden row, in every form that the contract has
    for (Manifest.Golden golden : digits.golden()) {
      String png = Base64.getEncoder().encodeToString(GoldenRequest.png(pixels(golden)));
      String picture = "{\"image\": \"data:image/png;base64," + png + "\"}";
      for (Map<?, ?> asTheTemplate :
          List.of(
              answer(Events.v1Picture("/classify_digit", png)),
              answer(Events.v2("POST", "/classify_digit", "$default", "image/png", png, true)))) {
        assertThat(asTheTemplate.get("statusCode")).isEqualTo(200L);
        assertThat(asTheTemplate.get("body"))
            .isEqualTo("{\"predicted_label\": " + golden.label() + "}");
      }
      for (Map<?, ?> described :
          List.of(
              body(answer(Events.v1("POST", "/classify_digit", picture))),
              body(answer(Events.v2("POST", "/classify_digit", picture))),
              answer(picture))) {
        assertThat(described.get("model")).isEqualTo("digits");
        assertThat((List<?>) described.get("probabilities")).hasSize(10);
      }
    }
    for (Manifest.Golden golden : wine.golden()) {
      Map<?, ?> http =
          body(answer(Events.v2("POST", "/v2/models/wine/infer", tensors(wine, golden, ""))));
      assertThat(http.get("model_version")).isEqualTo(wine.version().text());
      Map<?, ?> probabilities = (Map<?, ?>) ((List<?>) http.get("outputs")).get(1);
      for (int c = 0; c < wine.classes().size(); c++) {
        assertThat((Double) ((List<?>) probabilities.get("data")).get(c))
            .isCloseTo(golden.probabilities().get(c), within(1e-6));
      }
      assertThat(answer(tensors(wine, golden, "\"model\": \"wine\", "))).isEqualTo(http);
    }
    assertThat(s3.requests()).isEmpty();
    assertThat((String) body(answer(Events.v2("GET", "/v2", null))).get("version"))
        .matches("[0-9]+[.].*");

    // and a model that is not there is no trouble but its own
    assertThat(answer(Events.v2("POST", "/v1/models/bank:predict", AGE_40)).get("statusCode"))
        .isEqualTo(503L);
    assertThat(answer(Events.v2("GET", "/v2/models/digits/ready", null)).get("statusCode"))
        .isEqualTo(200L);
  }

  @Test
  void shouldLoadNothingThatTheFirstAnswerDoesNotNeed() throws Exception {
    // given
    Path classes = folder.resolve("classes");
    startFunction(
        Map.of(
            "ESCALA_MODELS_URI", "s3://bucket/models",
            "ESCALA_MODELS", "bank",
            "JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + classes));
    String png =
        Base64.getEncoder()
            .encodeToString(GoldenRequest.png(pixels(prebuilt("digits").golden().get(0))));

    // when
    answer(Events.v1Picture("/classify_digit", png));

    // then
    assertThat(Files.readString(classes))
        .contains("io.escala.inference.onnx.Program")
        .doesNotContain(
            "ai.onnxruntime",
            "com.google.gson",
            "io.escala.s3",
            "java.util.logging",
            "java.time.format.DateTimeFormatter ",
            "java.security.Provider");
  }

  @Test
  void shouldStartFromASnapshotPrimedAndWithTheModelOfToday() throws Exception {
    // given a version that is published while yesterday's model is in service
    new BankModel(-2.5).publish(folder.resolve("s3/bucket/models"), "bank", MONDAY);
    startFunction(
        Map.of(
            "ESCALA_MODELS_URI", "s3://bucket/models",
            "ESCALA_MODELS", "bank",
            "ESCALA_REFRESH_SECONDS", "3600",
            "AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start"));
    BankModel today = new BankModel(0.5);

    // when
    boolean kept =
        runtime.snapshot(
            () ->
                today.publish(
                    folder.resolve("s3/bucket/models"), "bank", MONDAY.plusSeconds(86_400)));

    // then
    assertThat(kept).as("no snapshot; the function's log: %s", log()).isTrue();
    assertThat(log()).contains("\"model\":\"bank\"").doesNotContain("\"event\":\"request\"");
    Map<?, ?> answer = answer(Events.v2("POST", "/v1/models/bank:predict", AGE_40));
    assertThat(probability(answer))
        .isCloseTo(today.probability(BankModel.row(40, 100, 5, "admin.")), within(1e-12));
    // and once more from memory alone
    int asked = s3.requests().size();
    answer(Events.v2("POST", "/v1/models/bank:predict", AGE_40));
    assertThat(s3.requests()).hasSize(asked);
  }

  @Test
  void shouldNotLetAVersionBePublishedWhoseZipHoldsABrokenModel() throws Exception {
    // given
    Path model = folder.resolve("task/models/wine/" + prebuilt("wine").version() + "/model.onnx");
    Files.write(model, new byte[] {1, 2, 3});

    // when
    startFunction(
        Map.of(
            "ESCALA_MODELS_URI", folder.resolve("models").toString(),
            "ESCALA_MODELS", "bank",
            "AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start"));

    // then
    FakeRuntime.Report report = runtime.nextReport();
    assertThat(report.kind()).isEqualTo("init/error");
    assertThat(log())
        .contains("\"event\":\"model-refused\"", "model wine is refused: model.onnx has SHA-256");
  }

  @Test
  void shouldLeaveAnswersToMessagesInS3() throws Exception {
    // given
    startFunction(
        Map.of(
            "ESCALA_MODELS_URI", "s3://bucket/models",
            "ESCALA_MODELS", "bank",
            "ESCALA_BATCH_OUTPUT", "s3://bucket/results/batch"));
    Manifest wine = prebuilt("wine");
    String body = tensors(wine, wine.golden().get(0), "\"model\": \"wine\", ");

    // when
    Map<?, ?> answer =
        answer(
            """
            {"Records": [
              {"messageId": "m-1", "eventSource": "aws:sqs", "body": "%s"},
              {"messageId": "m-2", "eventSource": "aws:sqs",
               "body": "{\\"model\\": \\"bank\\", \\"instances\\": [{}]}"}]}
            """
                .formatted(body.replace("\"", "\\\"")));

    // then: there is no model bank yet
    assertThat(answer)
        .isEqualTo(Map.of("batchItemFailures", List.of(Map.of("itemIdentifier", "m-2"))));
    Path results = folder.resolve("s3/bucket/results/batch");
    assertThat(Json.parse(Files.readAllBytes(results.resolve("m-1.json")))).isEqualTo(answer(body));
    assertThat(results.resolve("m-2.json")).doesNotExist();
  }

  @Test
  void shouldSayWhatIsMissingInTheEnvironmentWhenItStarts() throws Exception {
    // when
    startFunction(Map.of("ESCALA_MODELS", "bank"));

    // then
    FakeRuntime.Report report = runtime.nextReport();
    assertThat(report.kind()).isEqualTo("init/error");
    assertThat(report.body()).contains("ESCALA_MODELS_URI is not set");
  }

  @Test
  void shouldReportAnEventOfAnUnknownKindAndGoOn() throws Exception {
    // given
    startFunction(
        Map.of("ESCALA_MODELS_URI", folder.resolve("models").toString(), "ESCALA_MODELS", "bank"));

    // when
    FakeRuntime.Report report = runtime.invoke("{\"hello\": \"world\"}");

    // then
    assertThat(report.kind()).isEqualTo("error");
    assertThat(report.body()).contains("the event is not of a known kind");
    assertThat(answer(Events.v2("GET", "/v2/health/live", null)).get("statusCode")).isEqualTo(200L);
  }

  @ParameterizedTest
  @CsvSource({"x86_64, 62", "aarch64, 183"})
  void shouldStaySmallAndHoldTheLibrariesOfItsArchitectureOnly(String architecture, int elfMachine)
      throws Exception {
    // given
    Path zip = Path.of("target", "escala-lambda-handler-" + architecture + ".zip");
    unzip(zip, folder.resolve(architecture));

    // then
    assertThat(zip).satisfies(z -> assertThat(Files.size(z)).isLessThan(20_000_000));
    try (Stream<Path> libraries = Files.list(folder.resolve(architecture).resolve("native"))) {
      assertThat(libraries)
          .allSatisfy(
              library -> assertThat(Files.readAllBytes(library)[18] & 0xFF).isEqualTo(elfMachine))
          .extracting(library -> library.getFileName().toString())
          .containsExactlyInAnyOrder("libonnxruntime.so", "libonnxruntime4j_jni.so");
    }
    try (Stream<Path> models = Files.list(folder.resolve(architecture).resolve("models"))) {
      assertThat(models)
          .extracting(model -> model.getFileName().toString())
          .containsExactlyInAnyOrder("digits", "wine");
    }
    try (Stream<Path> jars = Files.list(folder.resolve(architecture).resolve("lib"))) {
      assertThat(jars).allSatisfy(jar -> assertThat(Files.size(jar)).isLessThan(500_000));
    }
  }

  private Manifest prebuilt(String name) throws Exception {
    Path models = folder.resolve("task/models").resolve(name);
    byte[] pointer = Files.readAllBytes(models.resolve(Manifest.POINTER_FILE));
    String version = BundleVersion.fromPointerJson(pointer).text();
    return Manifest.fromJson(
        Files.readAllBytes(models.resolve(version).resolve(Manifest.FILE_NAME)));
  }

  private static List<?> pixels(Manifest.Golden golden) {
    return (List<?>) golden.inputs().get("pixels");
  }

  /** The row as a V2 request, after other fields. */
  private static String tensors(Manifest manifest, Manifest.Golden golden, String fields) {
    return manifest.inputs().stream()
        .map(
            input ->
                "{\"name\": \"%s\", \"datatype\": \"%s\", \"shape\": [1, 1], \"data\": [%s]}"
                    .formatted(input.name(), input.datatype(), golden.inputs().get(input.name())))
        .collect(Collectors.joining(", ", "{" + fields + "\"inputs\": [", "]}"));
  }

  private static Map<?, ?> body(Map<?, ?> answer) throws Exception {
    assertThat(answer.get("statusCode")).as("%s", answer).isEqualTo(200L);
    return (Map<?, ?>) Json.parse((String) answer.get("body"));
  }

  private Map<?, ?> answer(String event) throws Exception {
    FakeRuntime.Report report = runtime.invoke(event);
    assertThat(report).as("no answer; the function's log: %s", log()).isNotNull();
    assertThat(report.kind()).as("%s", report).isEqualTo("response");
    return (Map<?, ?>) Json.parse(report.body());
  }

  private Map<?, ?> answerOtherThan(long status, String event) throws Exception {
    Map<?, ?> answer = answer(event);
    for (int i = 0; i < 100 && answer.get("statusCode").equals(status); i++) {
      Thread.sleep(100);
      answer = answer(event);
    }
    return answer;
  }

  private static String version(Map<?, ?> answer) {
    return answer == null
        ? null
        : (String) ((Map<?, ?>) answer.get("headers")).get("escala-model-version");
  }

  private static double probability(Map<?, ?> answer) throws Exception {
    Map<?, ?> body = (Map<?, ?>) Json.parse((String) answer.get("body"));
    return (Double) ((Map<?, ?>) ((List<?>) body.get("predictions")).get(0)).get("probability");
  }

  private void startFunction(Map<String, String> environment) throws IOException {
    Files.createDirectories(folder.resolve("tmp"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
    command.add("-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac");
    command.add("-Djava.io.tmpdir=" + folder.resolve("tmp"));
    command.add(
        "-Dcom.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI="
            + runtimeClientLibrary());
    command.addAll(
        List.of(
            "-cp", runtimeClient(), "com.amazonaws.services.lambda.runtime.api.client.AWSLambda"));
    command.add("io.escala.lambda.InferenceHandler::handleRequest");
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.resolve("task").toFile());
    builder.environment().clear();
    builder
        .environment()
        .putAll(
            Map.of(
                "AWS_LAMBDA_RUNTIME_API", runtime.authority(),
                "AWS_LAMBDA_FUNCTION_NAME", "f",
                "AWS_LAMBDA_FUNCTION_VERSION", "1",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024",
                "LAMBDA_TASK_ROOT", folder.resolve("task").toString(),
                "AWS_REGION", "eu-west-1",
                "AWS_ACCESS_KEY_ID", "AKIDEXAMPLE",
                "AWS_SECRET_ACCESS_KEY", "secret",
                "AWS_ENDPOINT_URL_S3", s3.endpoint(),
                "ESCALA_REFRESH_SECONDS", "1"));
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile());
    function = builder.start();
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  /** The class path of the managed runtime: none of the function's own classes is on it. */
  private static String runtimeClient() {
    return Arrays.stream(
            System.getProperty("java.class.path").split(System.getProperty("path.separator"), -1))
        .filter(
            jar ->
                Path.of(jar)
                    .getFileName()
                    .toString()
                    .matches(
                        "(aws-lambda-java-(core|runtime-interface-client|serialization)|utils-lite)-.*\\.jar"))
        .collect(Collectors.joining(System.getProperty("path.separator")));
  }

  /**
   * Unpacked here, because the client would unpack it to one fixed place, whatever else runs on
   * this machine.
   */
  private Path runtimeClientLibrary() throws IOException {
    String file = "/jni/libaws-lambda-jni.linux-" + (isArm() ? "aarch_64" : "x86_64") + ".so";
    Path library = folder.resolve("runtime-client.so");
    try (InputStream in = FunctionZipIT.class.getResourceAsStream(file)) {
      Files.copy(in, library);
    }
    return library;
  }

  private static boolean isArm() {
    return System.getProperty("os.arch").equals("aarch64");
  }

  private static Path zip() {
    return Path.of("target", "escala-lambda-handler-" + (isArm() ? "aarch64" : "x86_64") + ".zip");
  }

  private static void unzip(Path zip, Path into) throws IOException {
    assertThat(zip).as("made by mvn package").isRegularFile();
    try (InputStream file = Files.newInputStream(zip);
        ZipInputStream in = new ZipInputStream(file)) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        Path target = into.resolve(entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(target);
        } else {
          Files.createDirectories(target.getParent());
          Files.copy(in, target);
        }
      }
    }
  }
}
