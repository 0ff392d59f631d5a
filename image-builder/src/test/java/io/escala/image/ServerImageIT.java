package io.escala.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The inference server that is shipped, as an image: into a registry, out of it, and run. */
class ServerImageIT {
  private static final Path ROOT = Path.of(System.getProperty("escala.root"));
  private static final Path SERVER = ROOT.resolve("inference-server/target/inference-server");
  private static final String REPOSITORY = "escala/server";

  @TempDir Path folder;

  @Test
  void shouldRunAsItIsPulled() throws Exception {
    try (LocalRegistry registry = LocalRegistry.open(folder.resolve("registry"))) {
      // given
      String base = registry.pushBase(folder.resolve("base"));
      BuiltImage image = build(SERVER, base, registry.tag(REPOSITORY, "1"));

      // when
      Path pulled = Files.createDirectory(folder.resolve("pulled"));
      JsonObject config = pull(registry, image, pulled);

      // then
      assertThat(pulled.resolve("etc/os-release")).as("the base's").exists();
      assertThat(pulled.resolve("app/libs/native")).isDirectoryContaining("glob:**/linux-x64");
      assertThat(pulled.resolve("app/libs/native/linux-aarch64")).doesNotExist();
      Process server = run(config, pulled);
      try {
        URI at = ready(server);
        HttpClient client = HttpClient.newHttpClient();
        assertThat(ask(client, HttpRequest.newBuilder(at.resolve("/v2/health/ready"))))
            .isEqualTo("{\"ready\":true}");
        JsonObject golden = golden(pulled.resolve("app/models/wine"));
        String answer =
            ask(
                client,
                HttpRequest.newBuilder(at.resolve("/v1/models/wine:predict"))
                    .header("Content-Type", "application/json")
                    .POST(
                        HttpRequest.BodyPublishers.ofString(
                            "{\"instances\":[" + golden.get("inputs") + "]}")));
        assertThat(
                JsonParser.parseString(answer)
                    .getAsJsonObject()
                    .getAsJsonArray("predictions")
                    .get(0)
                    .getAsJsonObject()
                    .get("label")
                    .getAsString())
            .isEqualTo(golden.get("label").getAsString());
      } finally {
        server.destroy();
        if (!server.waitFor(60, TimeUnit.SECONDS)) {
          server.destroyForcibly();
        }
      }
    }
  }

  @Test
  void shouldPushLessThanTwoMegabytesWhenOnlyOurCodeChanges() throws Exception {
    try (LocalRegistry registry = LocalRegistry.open(folder.resolve("registry"))) {
      // given
      String base = registry.pushBase(folder.resolve("base"));
      BuiltImage before = build(SERVER, base, registry.tag(REPOSITORY, "1"));
      BuiltImage elsewhere = build(SERVER, base, registry.tag("escala/elsewhere", "1"));
      Path changed = copy(SERVER, folder.resolve("changed"));
      for (String ours :
          List.of(
              "escala-inference-server.jar",
              "libs/escala-inference-0.1.0.jar",
              "libs/escala-models-s3-0.1.0.jar")) {
        change(changed.resolve(ours));
      }

      // when
      BuiltImage after = build(changed, base, registry.tag(REPOSITORY, "2"));

      // then
      assertThat(elsewhere.digest()).isEqualTo(before.digest());
      assertThat(before.layers())
          .extracting(BuiltImage.LayerSize::name)
          .containsExactly("base", "libs", "models", "classes");
      List<BuiltImage.LayerSize> pushed = new ArrayList<>(after.layers());
      pushed.removeAll(before.layers());
      assertThat(pushed)
          .singleElement()
          .satisfies(
              layer -> {
                assertThat(layer.name()).isEqualTo("classes");
                assertThat(layer.bytes()).isLessThan(2_000_000);
              });
    }
  }

  private BuiltImage build(Path app, String base, Destination destination) throws Exception {
    return ImageBuilder.build(
        new ImageSpec(
            app,
            Optional.of(ROOT.resolve("models")),
            Base.of(base),
            ImagePlatform.LINUX_AMD64,
            List.of("-XX:MaxRAMPercentage=50", "-XX:+UseParallelGC", "-XX:+ExitOnOutOfMemoryError"),
            List.of("--models", "/app/models", "--model", "wine", "--port", "0")),
        destination,
        Files.createTempDirectory(folder, "work"));
  }

  /** As a container runtime would, without its isolation. */
  private static JsonObject pull(LocalRegistry registry, BuiltImage image, Path root)
      throws IOException, InterruptedException {
    JsonObject manifest = LocalRegistry.json(registry.manifest(REPOSITORY, image.digest()));
    for (JsonElement layer : manifest.getAsJsonArray("layers")) {
      String digest = layer.getAsJsonObject().get("digest").getAsString();
      try (InputStream blob = new ByteArrayInputStream(registry.blob(REPOSITORY, digest));
          TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(blob))) {
        for (TarArchiveEntry entry = tar.getNextEntry();
            entry != null;
            entry = tar.getNextEntry()) {
          Path target = root.resolve(entry.getName());
          if (entry.isDirectory()) {
            Files.createDirectories(target);
          } else {
            assertThat(entry.getName().startsWith("app/") ? entry.getMode() & 0222 : 0)
                .as("%s must not be writable", entry.getName())
                .isZero();
            Files.createDirectories(target.getParent());
            Files.copy(tar, target);
          }
        }
      }
    }
    String config = manifest.getAsJsonObject("config").get("digest").getAsString();
    return LocalRegistry.json(registry.blob(REPOSITORY, config)).getAsJsonObject("config");
  }

  private Process run(JsonObject config, Path root) throws IOException {
    List<String> command =
        Stream.of("Entrypoint", "Cmd")
            .flatMap(part -> config.getAsJsonArray(part).asList().stream())
            .map(JsonElement::getAsString)
            .map(argument -> argument.startsWith("/app") ? root + argument : argument)
            .toList();
    assertThat(command.get(0)).as("what the base has on its PATH").isEqualTo("java");
    List<String> here = new ArrayList<>(command);
    here.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
    return new ProcessBuilder(here)
        .directory(root.resolve("app").toFile())
        .redirectOutput(folder.resolve("server.log").toFile())
        .start();
  }

  private static URI ready(Process server) throws IOException {
    BufferedReader errors =
        new BufferedReader(new InputStreamReader(server.getErrorStream(), UTF_8));
    String line = errors.readLine();
    assertThat(line).startsWith("Ready at http://127.0.0.1:");
    return URI.create(line.split(" ", 4)[2]);
  }

  private static String ask(HttpClient client, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static JsonObject golden(Path model) throws IOException {
    String version =
        LocalRegistry.json(Files.readAllBytes(model.resolve("current.json")))
            .get("version")
            .getAsString();
    return LocalRegistry.json(Files.readAllBytes(model.resolve(version).resolve("manifest.json")))
        .getAsJsonArray("golden")
        .get(0)
        .getAsJsonObject();
  }

  private static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
    return to;
  }

  /** As a compiler would that was given other sources. */
  private static void change(Path jar) throws IOException {
    try (FileSystem opened = FileSystems.newFileSystem(jar)) {
      Files.writeString(opened.getPath("changed"), "in this version");
    }
  }
}
