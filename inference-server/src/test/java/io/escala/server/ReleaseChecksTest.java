package io.escala.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.escala.inference.BundleSource;
import io.escala.inference.BundleVersion;
import io.escala.inference.FolderBundleSource;
import io.escala.inference.Manifest;
import io.escala.inference.fixture.BankModel;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Versions that are pinned, and the commands that a release runs before and after it serves them.
 */
class ReleaseChecksTest {
  private static final BankModel BETTER = new BankModel(-2.0);

  private final PrintStream outBefore = System.out;
  private final PrintStream errorBefore = System.err;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream error = new ByteArrayOutputStream();

  @TempDir Path root;

  @BeforeEach
  void listen() {
    System.setOut(new PrintStream(out, true, UTF_8));
    System.setErr(new PrintStream(error, true, UTF_8));
  }

  @AfterEach
  void stop() {
    System.setOut(outBefore);
    System.setErr(errorBefore);
  }

  @Test
  void shouldServeThePinnedVersionWhateverIsPublishedLater() throws Exception {
    // given
    BundleVersion monday = publish(TestServer.BANK, Duration.ZERO);
    BundleSource pinned =
        PinnedVersions.of(
            new FolderBundleSource(root), List.of(ModelName.of("bank@" + monday), wine()));
    TestServer.copy("wine", root);

    // when
    publish(BETTER, Duration.ofDays(1));

    // then
    assertThat(pinned.current("bank")).contains(monday);
    assertThat(pinned.current("wine")).isPresent();
    Files.delete(root.resolve("bank").resolve(Manifest.POINTER_FILE));
    try (TestServer server = TestServer.of(pinned, ServerLimits.defaults(), "bank")) {
      assertThat(server.post(TestServer.PREDICT, TestServer.CUSTOMER).status()).isEqualTo(200);
      assertThat(server.get("/v2/models/bank/versions/" + monday).status()).isEqualTo(200);
    }
  }

  @Test
  void shouldReadFromElsewhereWhatNoFolderHas() throws Exception {
    // given
    Path image = TestServer.copy("wine", root.resolve("image"));
    Path bucket = root.resolve("bucket");
    BundleVersion monday = TestServer.BANK.publish(bucket, "bank", TestServer.MONDAY).version();
    BundleSource both =
        new SeveralRoots(List.of(image), Optional.of(new FolderBundleSource(bucket)));

    // then
    assertThat(both.current("bank")).contains(monday);
    assertThat(both.files("bank", monday).read(Manifest.FILE_NAME)).isNotEmpty();
    assertThat(both.current("wine"))
        .isEqualTo(new FolderBundleSource(image).current("wine"))
        .isPresent();
    assertThat(both.current("digits")).isEmpty();
  }

  @Test
  void shouldVerifyWhatCanBeServed() throws Exception {
    // given
    BundleVersion version = publish(TestServer.BANK, Duration.ZERO);

    // when
    int code = ServeCommand.check("verify", "--models=" + root, "--model=bank@" + version);

    // then
    assertThat(code).as(error.toString(UTF_8)).isZero();
    assertThat(out.toString(UTF_8)).isEqualToIgnoringNewLines("bank " + version + " can be served");
  }

  @Test
  void shouldSayWhichVersionIsNotThere() throws Exception {
    // given
    publish(TestServer.BANK, Duration.ZERO);

    // when
    int code =
        ServeCommand.check("verify", "--models=" + root, "--model=bank@20260101T000000Z-00000000");

    // then
    assertThat(code).isEqualTo(1);
    assertThat(error.toString(UTF_8))
        .startsWith(
            "escala: version 20260101T000000Z-00000000 of model bank cannot be served: the bundle")
        .contains("has no manifest.json")
        .doesNotContain("\tat ");
  }

  @Test
  void shouldNotVerifyABundleWhoseGraphWasExchanged() throws Exception {
    // given
    BundleVersion monday = publish(TestServer.BANK, Duration.ZERO);
    BundleVersion tuesday = publish(BETTER, Duration.ofDays(1));
    Files.copy(
        root.resolve("bank/" + tuesday + "/model.onnx"),
        root.resolve("bank/" + monday + "/model.onnx"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);

    // when
    int code = ServeCommand.check("verify", "--models=" + root, "--model=bank@" + monday);

    // then
    assertThat(code).isEqualTo(1);
    assertThat(error.toString(UTF_8)).contains("model.onnx has SHA-256");
  }

  @Test
  void shouldPassWhereEachAnswerIsAsInTraining() throws Exception {
    // given
    BundleVersion version = publish(TestServer.BANK, Duration.ZERO);
    TestServer.copy("wine", root);

    try (TestServer server = TestServer.of(root, "bank", "wine")) {
      // when
      int code = smoke(server, root, "--every-address");

      // then
      assertThat(code).as(error.toString(UTF_8)).isZero();
      assertThat(out.toString(UTF_8).lines())
          .hasSize(2)
          .allMatch(line -> line.startsWith("http://127.0.0.1:" + server.port() + ": "))
          .anyMatch(line -> line.contains("bank " + version))
          .allMatch(line -> line.endsWith("golden rows answered as in training"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "bank, (\"label\":) \"no\", $1 \"yes\", but training said",
    "bank, '(\"probabilities\":\\s*\\[\\s*[0-9.]+,\\s*)[0-9.]+', $10.0625, but training computed",
    "wine, (\"probabilities\":\\s*\\[\\s*)[0-9.]+, $10.0625, but training computed"
  })
  void shouldFailAtOnceWhereAnAnswerIsNotAsInTraining(
      String model, String said, String other, String complaint) throws Exception {
    // given
    Path served = TestServer.models(root.resolve("served"));
    Path trained = TestServer.models(root.resolve("trained"));
    Path manifest = manifest(trained, model);
    String text = Files.readString(manifest);
    int golden = text.indexOf("\"golden\"");
    String changed = text.substring(golden).replaceFirst(said, other);
    assertThat(text).doesNotEndWith(changed);
    Files.writeString(manifest, text.substring(0, golden) + changed);

    try (TestServer server = TestServer.of(served, "bank", "wine")) {
      // when: a timeout that no test waits for
      int code = smoke(server, trained, "--model=" + model, "--timeout=1000");

      // then
      assertThat(code).isEqualTo(1);
      assertThat(error.toString(UTF_8)).contains("golden[").contains(complaint);
    }
  }

  @Test
  void shouldFailWhereAnotherVersionAnswers() throws Exception {
    // given
    BundleVersion monday = publish(TestServer.BANK, Duration.ZERO);
    BundleVersion tuesday = publish(BETTER, Duration.ofDays(1));

    try (TestServer server = TestServer.of(root, "bank")) {
      // when
      int code = smoke(server, root, "--model=bank@" + monday, "--timeout=1");

      // then
      assertThat(code).isEqualTo(1);
      assertThat(error.toString(UTF_8))
          .contains("bank " + monday + ": version " + tuesday + " answers, after 1 s");
    }
  }

  @Test
  void shouldFailWhereNobodyAnswers() throws Exception {
    // given
    publish(TestServer.BANK, Duration.ZERO);

    // when
    int refused =
        ServeCommand.check("smoke", "--url=http://127.0.0.1:1", "--models=" + root, "--timeout=1");
    int unknown =
        ServeCommand.check(
            "smoke",
            "--url=http://no-such-host.invalid",
            "--every-address",
            "--models=" + root,
            "--timeout=1");

    // then
    assertThat(List.of(refused, unknown)).containsOnly(1);
    assertThat(error.toString(UTF_8))
        .contains("no answer")
        .contains("no-such-host.invalid has no address: no replica is ready, after 1 s");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--url=127.0.0.1:8080 --models=x                | --url is 127.0.0.1:8080, but must look like http://host:port",
        "--url=http://a/v2 --models=x                   | --url is http://a/v2, but must look like http://host:port",
        "--url=https://a --models=x --every-address     | --every-address is given with https://a, but a certificate",
        "--url=http://a --models=x --timeout=0          | --timeout is 0, but must be at least 1",
        "--models=x                                     | Missing required option: '--url=URL'"
      })
  void shouldSayHowSmokeIsCalled(String arguments, String sentence) {
    assertThat(ServeCommand.check("smoke", arguments.split(" ", -1))).isEqualTo(2);
    assertThat(error.toString(UTF_8)).startsWith(sentence).doesNotContain("\tat ");
  }

  private static ModelName wine() {
    return ModelName.of("wine");
  }

  private BundleVersion publish(BankModel model, Duration later) throws Exception {
    return model.publish(root, "bank", TestServer.MONDAY.plus(later)).version();
  }

  private static int smoke(TestServer server, Path models, String... more) {
    String[] arguments = new String[more.length + 2];
    arguments[0] = "--url=http://127.0.0.1:" + server.port();
    arguments[1] = "--models=" + models;
    System.arraycopy(more, 0, arguments, 2, more.length);
    return ServeCommand.check("smoke", arguments);
  }

  private static Path manifest(Path models, String model) throws Exception {
    String version = new FolderBundleSource(models).current(model).orElseThrow().text();
    return models.resolve(model).resolve(version).resolve(Manifest.FILE_NAME);
  }
}
