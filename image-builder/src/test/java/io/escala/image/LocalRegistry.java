package io.escala.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Debian's {@code docker-registry}: a real registry, on this machine. */
final class LocalRegistry implements AutoCloseable {
  static final RegistryTag.Login LOGIN = new RegistryTag.Login("AWS", "right-password");

  private static final String HTPASSWD =
      "AWS:$2b$04$1uqI2nSjjem4yQtMjB01sOSeYz8RGoOVFSK4WkLQFUkCC2ujH7/56\n";
  private static final Pattern LISTENING = Pattern.compile("listening on 127\\.0\\.0\\.1:(\\d+)");
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  private final Process process;
  private final int port;
  private final boolean guarded;
  private final HttpClient client = HttpClient.newHttpClient();

  private LocalRegistry(Process process, int port, boolean guarded) {
    this.process = process;
    this.port = port;
    this.guarded = guarded;
  }

  /** One that takes whoever comes. */
  static LocalRegistry open(Path folder) throws IOException {
    return start(folder, "");
  }

  /** One that takes {@link #LOGIN} only. */
  static LocalRegistry guarded(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path passwords = folder.resolve("htpasswd");
    Files.writeString(passwords, HTPASSWD);
    return start(
        folder,
        "auth:\n  htpasswd:\n    realm: test\n    path: " + passwords.toAbsolutePath() + "\n");
  }

  private static LocalRegistry start(Path folder, String auth) throws IOException {
    Path binary = binary();
    Files.createDirectories(folder);
    Path config = folder.resolve("config.yml");
    Files.writeString(
        config,
        "version: 0.1\n"
            + "log:\n  accesslog:\n    disabled: true\n"
            + "storage:\n  filesystem:\n    rootdirectory: "
            + folder.resolve("data").toAbsolutePath()
            + "\nhttp:\n  addr: 127.0.0.1:0\n"
            + auth);
    Process process =
        new ProcessBuilder(binary.toString(), "serve", config.toString())
            .redirectErrorStream(true)
            .start();
    BufferedReader log = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    StringBuilder said = new StringBuilder();
    for (String line = log.readLine(); line != null; line = log.readLine()) {
      Matcher matcher = LISTENING.matcher(line);
      if (matcher.find()) {
        Thread drain = new Thread(() -> drain(log), "registry log");
        drain.setDaemon(true);
        drain.start();
        return new LocalRegistry(process, Integer.parseInt(matcher.group(1)), !auth.isEmpty());
      }
      said.append(line).append('\n');
    }
    throw new IOException("docker-registry did not start:\n" + said);
  }

  private static void drain(BufferedReader log) {
    try {
      log.transferTo(Writer.nullWriter());
    } catch (IOException e) {
      // the registry was told to stop
    }
  }

  /** Without it these tests are skipped, but not where {@code .ci/run} has fetched it. */
  private static Path binary() {
    String named = System.getenv("ESCALA_DOCKER_REGISTRY");
    if (named != null && !named.isEmpty()) {
      assertThat(Path.of(named)).isExecutable();
      return Path.of(named);
    }
    Optional<Path> found =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
            .map(folder -> Path.of(folder, "docker-registry"))
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(
        found.isPresent(),
        "no docker-registry on the PATH, so nothing was pushed; Debian: apt-get install"
            + " docker-registry, or name the file in ESCALA_DOCKER_REGISTRY");
    return found.orElseThrow();
  }

  String authority() {
    return "127.0.0.1:" + port;
  }

  /** A tag of a repository in it. */
  RegistryTag tag(String repository, String tag) {
    return new RegistryTag(
        authority() + "/" + repository, tag, guarded ? Optional.of(LOGIN) : Optional.empty());
  }

  /**
   * Pushes a small image for two processors, with an attestation beside each as Corretto's has.
   *
   * @return its name with its digest
   */
  String pushBase(Path folder) throws Exception {
    Path release = Files.createDirectories(folder).resolve("os-release");
    Files.writeString(release, "NAME=\"Test\"\n");
    JsonArray manifests = new JsonArray();
    for (String architecture : List.of("amd64", "arm64")) {
      RegistryImage image = RegistryImage.named(authority() + "/base:" + architecture);
      JibContainer pushed =
          Jib.fromScratch()
              .setFormat(ImageFormat.OCI)
              .setPlatforms(Set.of(new Platform(architecture, "linux")))
              .addLayer(List.of(release), "/etc")
              .addEnvironmentVariable("JAVA_HOME", "/usr/lib/jvm/" + architecture)
              .containerize(
                  Containerizer.to(image)
                      .setAllowInsecureRegistries(true)
                      .setBaseImageLayersCache(folder.resolve("cache"))
                      .setApplicationLayersCache(folder.resolve("cache")));
      int size = manifest("base", architecture).length;
      manifests.add(entry(pushed.getDigest().toString(), size, "unknown", "unknown"));
      manifests.add(entry(pushed.getDigest().toString(), size, architecture, "linux"));
    }
    JsonObject index = new JsonObject();
    index.addProperty("schemaVersion", 2);
    index.addProperty("mediaType", INDEX);
    index.add("manifests", manifests);
    return authority() + "/base@" + put("base", "1", index.toString());
  }

  private static JsonObject entry(String digest, int size, String architecture, String os) {
    JsonObject platform = new JsonObject();
    platform.addProperty("architecture", architecture);
    platform.addProperty("os", os);
    JsonObject entry = new JsonObject();
    entry.addProperty("mediaType", MANIFEST);
    entry.addProperty("digest", digest);
    entry.addProperty("size", size);
    entry.add("platform", platform);
    return entry;
  }

  byte[] manifest(String repository, String tag) throws IOException, InterruptedException {
    return get(repository + "/manifests/" + tag);
  }

  byte[] blob(String repository, String digest) throws IOException, InterruptedException {
    return get(repository + "/blobs/" + digest);
  }

  static JsonObject json(byte[] text) {
    return JsonParser.parseString(new String(text, UTF_8)).getAsJsonObject();
  }

  private byte[] get(String path) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer =
        client.send(
            request(path).header("Accept", INDEX + ", " + MANIFEST).build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).as(path).isEqualTo(200);
    return answer.body();
  }

  private String put(String repository, String tag, String index)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(
            request(repository + "/manifests/" + tag)
                .header("Content-Type", INDEX)
                .PUT(HttpRequest.BodyPublishers.ofString(index))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return answer.headers().firstValue("Docker-Content-Digest").orElseThrow();
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + authority() + "/v2/" + path));
    return guarded
        ? request.header(
            "Authorization",
            "Basic "
                + Base64.getEncoder()
                    .encodeToString((LOGIN.user() + ":" + LOGIN.password()).getBytes(UTF_8)))
        : request;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (process.waitFor(10, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }
}
