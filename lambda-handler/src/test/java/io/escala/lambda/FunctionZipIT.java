package io.escala.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
    try (Stream<Path> jars = Files.list(folder.resolve(architecture).resolve("lib"))) {
      assertThat(jars).allSatisfy(jar -> assertThat(Files.size(jar)).isLessThan(500_000));
    }
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
