package io.escala.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaImageHandlerTest {
  private static final String REPOSITORY = "123.dkr.ecr.eu-west-1.amazonaws.com/escala/server";

  @TempDir Path folder;
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private Path assets;

  @BeforeEach
  void packs() throws IOException {
    assets = folder.resolve("assets");
    TestApp.zip(TestApp.make(folder.resolve("app"), "1"), assets.resolve("app.zip"));
    Files.createDirectories(folder.resolve("models/wine"));
    Files.writeString(folder.resolve("models/wine/current.json"), "{}");
    TestApp.zip(folder.resolve("models"), assets.resolve("models.zip"));
  }

  @Test
  void shouldBuildWhatIsOrderedAndTellItsUri() throws Exception {
    // when
    JsonObject answer = ask("Create", order(), layouts());

    // then
    assertThat(answer.get("Status").getAsString()).isEqualTo("SUCCESS");
    assertThat(answer.get("PhysicalResourceId").getAsString()).isEqualTo("image-ImageResource");
    assertThat(answer.get("StackId").getAsString()).isEqualTo("stack");
    assertThat(answer.get("RequestId").getAsString()).isEqualTo("request");
    assertThat(answer.get("LogicalResourceId").getAsString()).isEqualTo("ImageResource");
    JsonObject data = answer.getAsJsonObject("Data");
    String digest = data.get("Digest").getAsString();
    assertThat(digest).matches("sha256:[0-9a-f]{64}");
    assertThat(data.get("ImageUri").getAsString()).isEqualTo(REPOSITORY + "@" + digest);
    assertThat(data.get("Tag").getAsString()).matches("aaaaaaaaaaaaaaaa-[0-9a-f]{16}");
    assertThat(folder.resolve("layouts/escala/server/index.json"))
        .content()
        .contains(digest, data.get("Tag").getAsString());
    assertThat(logged()).contains("models sha256:", "it was pushed", "CREATE ImageResource: done");
  }

  @Test
  void shouldFindItsImageWhenTheOrderIsRepeated() throws Exception {
    // given
    JsonObject first = ask("Create", order(), layouts());

    // when
    JsonObject again = ask("Update", order(), layouts());

    // then
    assertThat(again.get("Data")).isEqualTo(first.get("Data"));
    assertThat(again.get("PhysicalResourceId")).isEqualTo(first.get("PhysicalResourceId"));
    assertThat(logged()).contains("it was there");
  }

  @Test
  void shouldGiveAnotherOrderAnotherTagAndTheSameFilesTheSameDigest() throws Exception {
    // given
    JsonObject before = ask("Create", order(), layouts()).getAsJsonObject("Data");
    JsonObject otherBuilder = order();
    otherBuilder.addProperty("BuilderHash", "c2");
    JsonObject otherFlags = order();
    otherFlags.add("JvmFlags", new JsonArray());

    // when
    JsonObject sameFiles = ask("Update", otherBuilder, layouts()).getAsJsonObject("Data");
    JsonObject changed = ask("Update", otherFlags, layouts()).getAsJsonObject("Data");

    // then
    assertThat(sameFiles.get("Tag")).isNotEqualTo(before.get("Tag"));
    assertThat(sameFiles.get("ImageUri")).isEqualTo(before.get("ImageUri"));
    assertThat(changed.get("ImageUri")).isNotEqualTo(before.get("ImageUri"));
  }

  @Test
  void shouldSayWhyThereIsNoImage() throws Exception {
    // given
    Files.writeString(assets.resolve("text.zip"), "no zip");
    TestApp.zip(assets.resolve("evil.zip"), Map.of("../evil", new byte[1]));
    TestApp.zip(assets.resolve("empty.zip"), Map.of("readme", new byte[1]));

    // then
    assertThat(reason("AppKey", "gone.zip")).isEqualTo("s3://assets/gone.zip is not there");
    assertThat(reason("AppKey", "text.zip")).startsWith("s3://assets/text.zip is no zip: ");
    assertThat(reason("AppKey", "evil.zip"))
        .startsWith("s3://assets/evil.zip has a file that would be written outside");
    assertThat(reason("AppKey", "empty.zip")).startsWith("the application has no jar");
    assertThat(reason("BaseImage", "amazoncorretto:25")).contains("must be pinned");
    assertThat(reason("Platform", "windows/amd64"))
        .isEqualTo(
            "the platform is \"windows/amd64\", but must be one of linux/amd64, linux/arm64");
    assertThat(reason("Repository", "")).isEqualTo("the resource's property Repository is missing");
    assertThat(reason("JvmFlags", "-Xmx1g"))
        .isEqualTo("the resource's property JvmFlags is missing or no list");
  }

  @Test
  void shouldDeleteNothingAndAskNobody() throws Exception {
    // when
    JsonObject answer = ask("Delete", new JsonObject(), layouts());

    // then
    assertThat(answer.get("Status").getAsString()).isEqualTo("SUCCESS");
  }

  @Test
  void shouldAnswerBeforeItsTimeIsOver() throws Exception {
    // given S3 that does not answer
    CountDownLatch end = new CountDownLatch(1);
    Aws silent =
        new Aws() {
          @Override
          public void download(Order.StoredZip zip, Path file) throws ImageException {
            try {
              end.await();
            } catch (InterruptedException e) {
              throw new ImageException("interrupted", e);
            }
          }

          @Override
          public RegistryTag.Login login() {
            return LocalRegistry.LOGIN;
          }
        };

    // when
    try (FakeCloudFormation cloudFormation = new FakeCloudFormation(0)) {
      new JavaImageHandler(layouts(), silent, new PrintStream(log, true, UTF_8))
          .handleRequest(
              event("Create", order(), cloudFormation.url()),
              OutputStream.nullOutputStream(),
              new TestContext(20_100));

      // then
      assertThat(cloudFormation.answer().get("Status").getAsString()).isEqualTo("FAILED");
      assertThat(cloudFormation.answer().get("Reason").getAsString())
          .startsWith("the image was not built within 0 seconds");
    } finally {
      end.countDown();
    }
  }

  @Test
  void shouldTellCloudFormationAgainAndNeverPrintItsUrl() throws Exception {
    try (FakeCloudFormation twice = new FakeCloudFormation(2);
        FakeCloudFormation always = new FakeCloudFormation(100)) {
      handle("Delete", new JsonObject(), Map.of(), twice.url());
      assertThat(twice.answer().get("Status").getAsString()).isEqualTo("SUCCESS");

      assertThatThrownBy(() -> handle("Delete", new JsonObject(), Map.of(), always.url()))
          .isInstanceOf(IOException.class)
          .hasMessage("CloudFormation could not be told at 127.0.0.1: it answered 503");
    }
    assertThat(logged()).doesNotContain("secret");
  }

  @Test
  void shouldPushWithThePasswordOfTheAccountAndNeverPrintIt() throws Exception {
    try (LocalRegistry registry = LocalRegistry.guarded(folder.resolve("registry"))) {
      // given
      JsonObject order = order();
      order.addProperty("Repository", registry.authority() + "/escala/server");
      Map<String, String> scratch = Map.of("ESCALA_IMAGE_BASE", "scratch");

      // when
      JsonObject first = ask("Create", order, scratch);
      JsonObject again = ask("Create", order, scratch);

      // then
      assertThat(first.get("Status").getAsString()).as(first.toString()).isEqualTo("SUCCESS");
      assertThat(again.get("Data")).isEqualTo(first.get("Data"));
      assertThat(logged())
          .contains("it was pushed", "it was there")
          .doesNotContain(LocalRegistry.LOGIN.password());
    }
  }

  private Map<String, String> layouts() {
    return Map.of(
        "ESCALA_IMAGE_BASE",
        "scratch",
        "ESCALA_IMAGE_LAYOUTS",
        folder.resolve("layouts").toString());
  }

  private String reason(String property, String value) throws Exception {
    JsonObject order = order();
    order.addProperty(property, value);
    Map<String, String> environment =
        Map.of("ESCALA_IMAGE_LAYOUTS", folder.resolve("layouts").toString());
    JsonObject answer = ask("Create", order, environment);
    assertThat(answer.get("Status").getAsString()).isEqualTo("FAILED");
    assertThat(logged()).doesNotContain("\tat ");
    return answer.get("Reason").getAsString();
  }

  private JsonObject ask(String type, JsonObject order, Map<String, String> environment)
      throws Exception {
    try (FakeCloudFormation cloudFormation = new FakeCloudFormation(0)) {
      handle(type, order, environment, cloudFormation.url());
      return cloudFormation.answer();
    }
  }

  private void handle(String type, JsonObject order, Map<String, String> environment, String url)
      throws IOException {
    new JavaImageHandler(environment, new FolderAws(assets), new PrintStream(log, true, UTF_8))
        .handleRequest(
            event(type, order, url), OutputStream.nullOutputStream(), new TestContext(120_000));
  }

  private String logged() {
    return log.toString(UTF_8);
  }

  private static JsonObject order() {
    JsonObject order = new JsonObject();
    order.addProperty("ServiceToken", "arn:aws:lambda:eu-west-1:123:function:builder");
    order.addProperty("Repository", REPOSITORY);
    order.addProperty("AppBucket", "assets");
    order.addProperty("AppKey", "app.zip");
    order.addProperty("AppHash", "a".repeat(64));
    order.addProperty("ModelsBucket", "assets");
    order.addProperty("ModelsKey", "models.zip");
    order.addProperty("ModelsHash", "b".repeat(64));
    order.addProperty("BaseImage", "public.ecr.aws/java@sha256:" + "d".repeat(64));
    order.addProperty("Platform", "linux/amd64");
    JsonArray flags = new JsonArray();
    flags.add("-XX:MaxRAMPercentage=50");
    order.add("JvmFlags", flags);
    order.add("Arguments", new JsonArray());
    order.addProperty("BuilderHash", "c1");
    return order;
  }

  private static ByteArrayInputStream event(String type, JsonObject order, String url) {
    JsonObject event = new JsonObject();
    event.addProperty("RequestType", type);
    event.addProperty("ResponseURL", url);
    event.addProperty("StackId", "stack");
    event.addProperty("RequestId", "request");
    event.addProperty("ResourceType", "Custom::JavaImage");
    event.addProperty("LogicalResourceId", "ImageResource");
    if (!type.equals("Create")) {
      event.addProperty("PhysicalResourceId", "image-ImageResource");
    }
    event.add("ResourceProperties", order);
    return new ByteArrayInputStream(event.toString().getBytes(UTF_8));
  }

  /** S3 as a folder, whatever the bucket. */
  private record FolderAws(Path folder) implements Aws {
    @Override
    public void download(Order.StoredZip zip, Path file) throws ImageException {
      try {
        Files.copy(folder.resolve(zip.key()), file);
      } catch (IOException e) {
        throw new ImageException(zip.uri() + " is not there", e);
      }
    }

    @Override
    public RegistryTag.Login login() {
      return LocalRegistry.LOGIN;
    }
  }
}
