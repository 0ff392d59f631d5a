package io.escala.localaws.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.escala.localaws.cloudformation.Resource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Functions under AWS's own runtime client, each in a JVM of its own. */
class JavaFunctionTest {
  @TempDir Path folder;
  private LambdaFixture lambda;

  @BeforeEach
  void start() {
    lambda = new LambdaFixture(folder);
  }

  @AfterEach
  void stop() {
    lambda.close();
  }

  @Test
  void aHandlerThatThrowsIsAnErrorAndItsInstanceIsUsedAgain() throws Exception {
    // given
    String arn = lambda.javaFunction(TestHandlers.Misbehaving.class, "");

    // when
    Invoked failed = lambda.invoke(arn, "\"throw\"");
    Invoked next = lambda.invoke(arn, "\"nothing\"");

    // then
    assertThat(failed.functionError()).isEqualTo("Unhandled");
    assertThat(failed.failure()).contains("java.lang.IllegalStateException: the handler threw");
    assertThat(next.functionError()).isNull();
    assertThat(logs()).hasSize(1);
  }

  @Test
  void aProcessThatExitsIsSaidAtOnceAndTheNextEventGetsANewOne() throws Exception {
    // given
    String arn = lambda.javaFunction(TestHandlers.Misbehaving.class, "");

    // when
    Invoked exited = lambda.invoke(arn, "\"exit\"");
    Invoked next = lambda.invoke(arn, "\"nothing\"");

    // then
    assertThat(exited.failure().orElseThrow())
        .startsWith("Runtime.ExitError: RequestId: ")
        .contains("Runtime exited with error: exit status 7");
    assertThat(next.functionError()).isNull();
    assertThat(logs()).hasSize(2);
  }

  @Test
  void anInvocationThatTakesTooLongIsEnded() throws Exception {
    // given
    String arn = lambda.javaFunction(TestHandlers.Misbehaving.class, "");
    lambda.functions.update(
        FunctionAddress.of(arn).name(),
        function -> function.with(withTimeout(function.latest(), 1), null, Map.of()));

    // when
    Invoked invoked = lambda.invoke(arn, "\"sleep\"");

    // then
    assertThat(invoked.failure().orElseThrow())
        .startsWith("Sandbox.Timedout: RequestId: ")
        .endsWith("Error: Task timed out after 1.00 seconds");
  }

  @Test
  void aHandlerThatCannotBeMadeIsSaidWithItsReason() throws Exception {
    // given
    String arn = lambda.javaFunction(TestHandlers.BrokenAtInit.class, "");

    // when
    Invoked invoked = lambda.invoke(arn, "{}");

    // then
    assertThat(invoked.functionError()).isEqualTo("Unhandled");
    assertThat(invoked.failure().orElseThrow()).contains("no model at startup");
  }

  @Test
  void aHandlerThatDoesNotExistIsSaidWithItsName() throws Exception {
    // given
    lambda.putZip("empty.zip", TestHandlers.class);
    String arn =
        lambda
            .create(
                "AWS::Lambda::Function",
                """
                {"Runtime": "java17", "Role": "r", "Handler": "com.example.Missing",
                 "Code": {"S3Bucket": "code", "S3Key": "empty.zip"}}
                """)
            .physicalId();

    // then
    assertThat(lambda.invoke(arn, "{}").failure().orElseThrow()).contains("com.example.Missing");
  }

  @Test
  void aFunctionThatIsKilledWhileItRunsIsSaid() throws Exception {
    // given
    String arn = lambda.javaFunction(TestHandlers.Echo.class, "");
    long pid = Long.parseLong(LambdaFixture.json(lambda.invoke(arn, "{}")).get("pid").toString());
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();

    // when
    process.destroyForcibly();
    process.onExit().get(10, TimeUnit.SECONDS);

    // then the next event gets a new instance
    assertThat(lambda.invoke(arn, "{}").functionError()).isNull();
  }

  @Test
  void aFunctionSeesItsEventItsEnvironmentAndNothingOfTheEndpoints() throws Exception {
    // given
    String arn =
        lambda.javaFunction(
            TestHandlers.Echo.class,
            ", \"FunctionName\": \"echo\", \"Environment\": {\"Variables\": {\"GREETING\": \"hi\"}}");

    // when
    Invoked first = lambda.invoke(arn, "{\"a\": 1}");
    Invoked second = lambda.invoke(arn, "{\"a\": 2}");

    // then
    assertThat(first.functionError())
        .as("payload %s", new String(first.payload(), StandardCharsets.UTF_8))
        .isNull();
    assertThat(LambdaFixture.json(first))
        .containsEntry("name", "echo")
        .containsEntry("version", "$LATEST")
        .containsEntry("greeting", "hi")
        .containsEntry("cwd", "true")
        .containsEntry("parentVariable", "null");
    assertThat(LambdaFixture.json(second).get("pid"))
        .isEqualTo(LambdaFixture.json(first).get("pid"));
    assertThat(new String(first.logTail(), StandardCharsets.UTF_8))
        .contains("got {\"a\": 1}")
        .contains("REPORT RequestId: ");
  }

  @Test
  void aVersionStaysWhatItWasAndAnAliasLeadsToIt() throws Exception {
    // given
    String arn =
        lambda.javaFunction(
            TestHandlers.Echo.class, ", \"Environment\": {\"Variables\": {\"GREETING\": \"old\"}}");
    String name = FunctionAddress.of(arn).name();
    Resource version =
        lambda.create("AWS::Lambda::Version", "{\"FunctionName\": \"%s\"}".formatted(name));
    Resource alias =
        lambda.create(
            "AWS::Lambda::Alias",
            "{\"FunctionName\": \"%s\", \"Name\": \"live\", \"FunctionVersion\": \"%s\"}"
                .formatted(name, version.attributes().get("Version")));

    // when the function changes
    lambda
        .type("AWS::Lambda::Function")
        .update(
            LambdaFixture.CONTEXT,
            new Resource(name, Map.of()),
            LambdaFixture.properties("AWS::Lambda::Function", "{}"),
            LambdaFixture.properties(
                "AWS::Lambda::Function",
                """
                {"Runtime": "java17", "Role": "r", "Timeout": 20, "Handler": "%s",
                 "Environment": {"Variables": {"GREETING": "new"}},
                 "Code": {"S3Bucket": "code", "S3Key": "code.zip"}}
                """
                    .formatted(TestHandlers.Echo.class.getName())));

    // then
    assertThat(version.physicalId()).isEqualTo(arn + ":1");
    assertThat(alias.physicalId()).isEqualTo(arn + ":live");
    assertThat(LambdaFixture.json(lambda.invoke(arn, "{}"))).containsEntry("greeting", "new");
    assertThat(LambdaFixture.json(lambda.invoke(alias.physicalId(), "{}")))
        .containsEntry("greeting", "old")
        .containsEntry("version", "1");
  }

  @Test
  void whatCannotRunHereIsRefusedWhenItIsMadeAndLeavesNothing() throws Exception {
    // given
    lambda.putZip("code.zip", TestHandlers.class);

    // then
    assertThatThrownBy(() -> create("python3.13", "", "code.zip"))
        .hasMessageContaining("this one's is python3.13");
    assertThatThrownBy(() -> create("java17", ", \"Layers\": [\"arn:layer\"]", "code.zip"))
        .hasMessageContaining("does not run functions with layers");
    assertThatThrownBy(() -> create("python3.13", ", \"Layers\": [\"arn:layer\"]", "code.zip"))
        .hasMessage("there is no layer arn:layer");
    assertThatThrownBy(
            () ->
                create(
                    "java17",
                    ", \"Environment\": {\"Variables\": {\"AWS_REGION\": \"x\"}}",
                    "code.zip"))
        .hasMessage("the environment variable AWS_REGION is reserved by Lambda");
    assertThatThrownBy(() -> create("java17", "", "missing.zip"))
        .hasMessageContaining("s3://code/missing.zip");
    lambda.put("text.zip", "no zip".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> create("java17", "", "text.zip"))
        .hasMessageContaining("the code is not a zip file");
    assertThat(lambda.functions.all()).isEmpty();
    assertThat(folder.resolve("lambda/fresh")).doesNotExist();
  }

  @Test
  void aDeletedFunctionLeavesNoProcessAndNoFile() throws Exception {
    // given
    String arn = lambda.javaFunction(TestHandlers.Echo.class, "");
    long pid = Long.parseLong(LambdaFixture.json(lambda.invoke(arn, "{}")).get("pid").toString());

    // when
    lambda
        .type("AWS::Lambda::Function")
        .delete(
            LambdaFixture.CONTEXT,
            new Resource(FunctionAddress.of(arn).name(), Map.of()),
            LambdaFixture.properties("AWS::Lambda::Function", "{}"));

    // then
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    assertThat(folder.resolve("lambda").resolve(FunctionAddress.of(arn).name())).doesNotExist();
    assertThat(lambda.functions.all()).isEmpty();
  }

  private void create(String runtime, String more, String key) throws Exception {
    lambda.create(
        "AWS::Lambda::Function",
        """
        {"FunctionName": "fresh", "Runtime": "%s", "Role": "r", "Handler": "a.B",
         "Code": {"S3Bucket": "code", "S3Key": "%s"}%s}
        """
            .formatted(runtime, key, more));
  }

  private java.util.List<Path> logs() throws Exception {
    try (var files = Files.walk(folder.resolve("lambda"))) {
      return files.filter(file -> file.toString().endsWith(".log")).toList();
    }
  }

  private static FunctionConfig withTimeout(FunctionConfig config, int seconds) {
    return new FunctionConfig(
        config.runtime(),
        config.handler(),
        config.role(),
        config.description(),
        seconds,
        config.memoryMb(),
        config.environment(),
        config.architecture(),
        config.code(),
        config.codeSha256(),
        config.codeSize(),
        config.logFormat(),
        config.logLevel(),
        config.logGroup(),
        config.ephemeralStorageMb(),
        config.tracing(),
        config.snapStart(),
        config.layers(),
        config.lastModified());
  }
}
