package io.escala.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryTagTest {
  @TempDir Path folder;

  @Test
  void shouldBuildOnTheBaseForThePlatform() throws Exception {
    try (LocalRegistry registry = LocalRegistry.open(folder.resolve("registry"))) {
      // given
      String base = registry.pushBase(folder.resolve("base"));

      // when
      BuiltImage image = build(base, registry.tag("escala/server", "1"), "1");
      BuiltImage again = build(base, registry.tag("escala/server", "1"), "1");
      BuiltImage elsewhere = build(base, registry.tag("escala/elsewhere", "1"), "1");

      // then
      assertThat(image.layers())
          .extracting(BuiltImage.LayerSize::name)
          .containsExactly("base", "libs", "classes");
      assertThat(image.uri()).isEqualTo(registry.authority() + "/escala/server@" + image.digest());
      assertThat(again.reused()).isTrue();
      assertThat(again.digest()).isEqualTo(image.digest());
      assertThat(elsewhere.reused()).isFalse();
      assertThat(elsewhere.digest()).isEqualTo(image.digest());
      String config =
          LocalRegistry.json(registry.manifest("escala/server", image.digest()))
              .getAsJsonObject("config")
              .get("digest")
              .getAsString();
      assertThat(LocalRegistry.json(registry.blob("escala/server", config)).toString())
          .contains("\"architecture\":\"amd64\"", "JAVA_HOME=/usr/lib/jvm/amd64", base);
    }
  }

  @Test
  void shouldNotGiveATagToAnotherImage() throws Exception {
    try (LocalRegistry registry = LocalRegistry.open(folder.resolve("registry"))) {
      // given
      BuiltImage first = build("scratch", registry.tag("escala/server", "1"), "1");

      // then
      assertThatThrownBy(() -> build("scratch", registry.tag("escala/server", "1"), "2"))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("has another image under the tag 1, " + first.digest());
      assertThat(build("scratch", registry.tag("escala/server", "1"), "1").digest())
          .isEqualTo(first.digest());
    }
  }

  @Test
  void shouldSayThatCredentialsAreWrongWithoutTellingThem() throws Exception {
    try (LocalRegistry registry = LocalRegistry.guarded(folder.resolve("registry"))) {
      // given
      RegistryTag right = registry.tag("escala/server", "1");
      RegistryTag wrong =
          new RegistryTag(
              right.repository(),
              right.tag(),
              Optional.of(new RegistryTag.Login("AWS", "wrong-password")));

      // when
      Throwable refused = catchThrowable(() -> build("scratch", wrong, "1"));

      // then
      assertThat(refused)
          .isInstanceOf(ImageException.class)
          .hasMessage(
              "the repository "
                  + right.repository()
                  + ": the registry does not know the credentials, or they do not allow this: it"
                  + " answered 401");
      assertThat(trace(refused) + wrong).doesNotContain("wrong-password");
      assertThat(build("scratch", right, "1").reused()).isFalse();
    }
  }

  @Test
  void shouldSayThatTheRegistryIsDown() throws Exception {
    // given a port that nobody listens on
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }

    // then
    assertThatThrownBy(
            () ->
                build(
                    "scratch",
                    new RegistryTag("127.0.0.1:" + port + "/escala/server", "1", Optional.empty()),
                    "1"))
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith(
            "the repository 127.0.0.1:" + port + "/escala/server: its registry cannot be reached: ")
        .hasMessageContaining("refused");
  }

  @Test
  void shouldSayThatTheBaseIsMissing() throws Exception {
    try (LocalRegistry registry = LocalRegistry.open(folder.resolve("registry"))) {
      String absent = registry.authority() + "/base@sha256:" + "0".repeat(64);

      assertThatThrownBy(() -> build(absent, registry.tag("escala/server", "1"), "1"))
          .isInstanceOf(ImageException.class)
          .hasMessageStartingWith("the base image " + absent + ": ");
      assertThat(registry.tag("escala/server", "1").find()).isEmpty();
    }
  }

  private BuiltImage build(String base, Destination destination, String code) throws Exception {
    return ImageBuilder.build(
        TestApp.spec(TestApp.make(folder.resolve("app"), code), base),
        destination,
        Files.createTempDirectory(folder, "work"));
  }

  private static String trace(Throwable failure) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    failure.printStackTrace(new PrintStream(out, true, UTF_8));
    return out.toString(UTF_8);
  }
}
