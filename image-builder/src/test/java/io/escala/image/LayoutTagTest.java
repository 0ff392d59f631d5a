package io.escala.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutTagTest {
  @TempDir Path folder;

  @Test
  void shouldWriteAnImageThatRunsAsNobody() throws Exception {
    // when
    BuiltImage image = build("1", "1");

    // then
    JsonObject manifest = json(image.digest());
    JsonObject config = json(manifest.getAsJsonObject("config").get("digest").getAsString());
    assertThat(manifest.get("mediaType").getAsString())
        .isEqualTo("application/vnd.oci.image.manifest.v1+json");
    assertThat(config.get("created").getAsString()).isEqualTo("1970-01-01T00:00:00Z");
    assertThat(config.get("architecture").getAsString()).isEqualTo("amd64");
    JsonObject run = config.getAsJsonObject("config");
    assertThat(run.get("User").getAsString()).isEqualTo("10001:10001");
    assertThat(run.get("Entrypoint").toString())
        .isEqualTo("[\"java\",\"-XX:MaxRAMPercentage=50\",\"-jar\",\"/app/app.jar\"]");
    assertThat(run.get("WorkingDir").getAsString()).isEqualTo("/app");
    assertThat(folder.resolve("layout/oci-layout")).exists();
  }

  @Test
  void shouldGiveTheSameFilesTheSameDigestAndFindThemAgain() throws Exception {
    // given
    BuiltImage first = build("1", "1");

    // when
    BuiltImage again = build("1", "1");
    BuiltImage elsewhere =
        ImageBuilder.build(
            TestApp.spec(TestApp.make(folder.resolve("copied"), "1"), "scratch"),
            new LayoutTag(folder.resolve("other"), "escala/server", "any"),
            Files.createTempDirectory(folder, "work"));

    // then
    assertThat(first.reused()).isFalse();
    assertThat(again.reused()).isTrue();
    assertThat(again.digest()).isEqualTo(first.digest());
    assertThat(elsewhere.digest()).isEqualTo(first.digest());
    assertThat(first.uri()).isEqualTo("escala/server@" + first.digest());
  }

  @Test
  void shouldKeepEarlierImagesAndShareTheirLayers() throws Exception {
    // given
    BuiltImage first = build("1", "1");

    // when
    BuiltImage second = build("2", "2");

    // then
    assertThat(second.layers())
        .extracting(BuiltImage.LayerSize::name)
        .containsExactly("libs", "classes");
    assertThat(second.layers().get(0)).isEqualTo(first.layers().get(0));
    assertThat(second.layers().get(1).digest()).isNotEqualTo(first.layers().get(1).digest());
    assertThat(build("1", "1").reused()).isTrue();
    assertThat(build("1", "1").digest()).isEqualTo(first.digest());
  }

  @Test
  void shouldNotGiveATagToAnotherImage() throws Exception {
    BuiltImage first = build("1", "1");

    assertThatThrownBy(() -> build("2", "1"))
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith(
            "escala/server has another image under the tag 1, " + first.digest())
        .hasMessageEndingWith("delete that image, or deploy from other files");
    assertThat(build("1", "1").digest()).isEqualTo(first.digest());
  }

  @Test
  void shouldRefuseABaseThatIsNotPinned() {
    for (String base : List.of("amazoncorretto:25", "a.io/b:1", "a.io/b@sha256:12", "")) {
      assertThatThrownBy(() -> Base.of(base))
          .isInstanceOf(ImageException.class)
          .hasMessageStartingWith("the base image is \"" + base + "\", but must be pinned");
    }
  }

  private BuiltImage build(String code, String tag) throws Exception {
    return ImageBuilder.build(
        TestApp.spec(TestApp.make(folder.resolve("app"), code), "scratch"),
        new LayoutTag(folder.resolve("layout"), "escala/server", tag),
        Files.createTempDirectory(folder, "work"));
  }

  private JsonObject json(String digest) throws IOException {
    return LocalRegistry.json(
        Files.readAllBytes(folder.resolve("layout/blobs").resolve(digest.replace(':', '/'))));
  }
}
