package io.escala.localaws.ecr;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.kubernetes.ContainerImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutsTest {
  private static final String REGISTRY = "000000000000.dkr.ecr.us-east-1.amazonaws.com/";

  @TempDir Path folder;
  private Layouts layouts;
  private final ResourceContext context =
      new ResourceContext(
          "000000000000", "us-east-1", "Serving", "arn:stack", "Images", "ABCDEF123456");

  @BeforeEach
  void makeRepositories() {
    layouts = new Layouts(folder);
  }

  @Test
  void shouldUnpackAnImagesLayersOneOverTheOtherAndReadItsConfiguration() throws Exception {
    // given
    layouts.create("shop");
    String digest =
        image("shop", Map.of("app/a.txt", "old", "app/b.txt", "b"), Map.of("app/a.txt", "new"));

    // when
    ContainerImage image = layouts.pull(REGISTRY + "shop@" + digest);

    // then
    assertThat(image.root().resolve("app/a.txt")).hasContent("new");
    assertThat(image.root().resolve("app/b.txt")).hasContent("b");
    assertThat(image.entryPoint()).containsExactly("java", "-jar", "/app/a.jar");
    assertThat(image.environment()).containsExactly(Map.entry("COLOUR", "blue=green"));
    assertThat(image.folder()).isEqualTo("/app");
    assertThat(layouts.pull(REGISTRY + "shop@" + digest)).isEqualTo(image);
  }

  @Test
  void shouldRefuseWhatIsNotThereOrNotNamedByDigest() throws Exception {
    // given
    layouts.create("shop");
    String none = "sha256:" + "0".repeat(64);

    // then
    assertThatThrownBy(() -> layouts.pull(REGISTRY + "shop@" + none))
        .isInstanceOf(IOException.class)
        .hasMessage("there is no image " + REGISTRY + "shop@" + none);
    assertThatThrownBy(() -> layouts.pull(REGISTRY + "shop:latest"))
        .hasMessageContaining("not named by its digest");
    assertThatThrownBy(() -> layouts.pull(REGISTRY + "../../etc@" + none))
        .hasMessageContaining("there is no image");
  }

  @Test
  void shouldRefuseABlobWhoseBytesHaveChanged() throws Exception {
    // given
    layouts.create("shop");
    String digest = image("shop", Map.of("app/a.txt", "a"));
    try (var blobs = Files.list(folder.resolve("shop/blobs/sha256"))) {
      for (Path blob : blobs.toList()) {
        if (!digest.endsWith(blob.getFileName().toString())) {
          Files.writeString(blob, "x");
        }
      }
    }

    // then
    assertThatThrownBy(() -> layouts.pull(REGISTRY + "shop@" + digest))
        .hasMessageContaining("is damaged");
  }

  @Test
  void shouldRefuseALayerThatWritesOutsideOfTheImageAndLeaveNothingOfIt() throws Exception {
    // given
    layouts.create("shop");
    String digest = image("shop", Map.of("../../escaped.txt", "x"));

    // then
    assertThatThrownBy(() -> layouts.pull(REGISTRY + "shop@" + digest))
        .hasMessageContaining("leads out");
    assertThat(folder.resolve("shop/escaped.txt")).doesNotExist();
    assertThat(folder.resolve("shop/unpacked")).isEmptyDirectory();
  }

  @Test
  void aRepositoryGoesWithItsImagesOnlyWhenItsTemplateSaysSo() throws Exception {
    // given
    RepositoryType type = new RepositoryType(layouts);
    Resource made = type.create(context, properties("{}"));
    assertThat(made.attributes().get("RepositoryUri")).isEqualTo(REGISTRY + made.physicalId());
    String digest = image(made.physicalId(), Map.of("app/a.txt", "a"));
    assertThat(layouts.pull(REGISTRY + made.physicalId() + "@" + digest)).isNotNull();

    // then
    assertThatThrownBy(() -> type.delete(context, made, properties("{}")))
        .hasMessageContaining("still contains images");
    type.delete(context, made, properties("{\"EmptyOnDelete\": true}"));
    assertThat(folder).isEmptyDirectory();
  }

  private static ResourceProperties properties(String json) throws Exception {
    return ResourceProperties.of(
        "AWS::ECR::Repository",
        (com.fasterxml.jackson.databind.node.ObjectNode)
            new com.fasterxml.jackson.databind.ObjectMapper().readTree(json));
  }

  @SafeVarargs
  private String image(String repository, Map<String, String>... layers) throws IOException {
    StringBuilder all = new StringBuilder();
    for (Map<String, String> layer : layers) {
      all.append(all.isEmpty() ? "" : ",")
          .append("{\"digest\":\"")
          .append(blob(repository, tar(layer)))
          .append("\"}");
    }
    String config =
        blob(
            repository,
            "{\"config\":{\"Entrypoint\":[\"java\",\"-jar\",\"/app/a.jar\"],\"Env\":[\"COLOUR=blue=green\"],\"WorkingDir\":\"/app\"}}"
                .getBytes(UTF_8));
    String digest =
        blob(
            repository,
            "{\"config\":{\"digest\":\"%s\"},\"layers\":[%s]}"
                .formatted(config, all)
                .getBytes(UTF_8));
    Files.writeString(
        folder.resolve(repository).resolve("index.json"),
        "{\"manifests\":[{\"digest\":\"%s\"}]}".formatted(digest));
    return digest;
  }

  private String blob(String repository, byte[] bytes) throws IOException {
    try {
      String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
      Path blobs = Files.createDirectories(folder.resolve(repository).resolve("blobs/sha256"));
      Files.write(blobs.resolve(hash), bytes);
      return "sha256:" + hash;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] tar(Map<String, String> files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(new GZIPOutputStream(bytes), UTF_8.name())) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
        byte[] content = file.getValue().getBytes(UTF_8);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }
}
