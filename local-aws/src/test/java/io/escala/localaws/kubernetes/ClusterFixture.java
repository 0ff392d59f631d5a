package io.escala.localaws.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.escala.localaws.state.StateFolder;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** A cluster whose images all hold {@link TinyServer}; an image's tag is its version. */
final class ClusterFixture implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(60);

  final LocalCluster cluster;
  final Releases releases;
  final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(LIMIT).build();

  ClusterFixture(Path folder) throws IOException {
    Path root = folder.resolve("image");
    String file = TinyServer.class.getName().replace('.', '/') + ".class";
    Path target = root.resolve("app/classes").resolve(file);
    Files.createDirectories(target.getParent());
    try (InputStream in = TinyServer.class.getResourceAsStream("/" + file)) {
      Files.copy(in, target);
    }
    cluster =
        new LocalCluster(
            new ClusterSettings(
                folder.resolve("cluster"),
                Map.of("AWS_REGION", "eu-test-1"),
                Map.of(),
                Duration.ofMillis(500),
                0),
            reference -> image(root, reference));
    releases = new Releases(cluster, new StateFolder(folder.resolve("state")), "kubernetes/test");
  }

  private static ContainerImage image(Path root, String reference) throws IOException {
    String tag = reference.substring(reference.indexOf(':') + 1);
    if (tag.equals("missing")) {
      throw new IOException("there is no image " + reference);
    }
    return new ContainerImage(
        root,
        List.of(
            "java",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            "/app/classes",
            TinyServer.class.getName()),
        List.of(),
        Map.of("VERSION", tag, "READY", tag.startsWith("unready") ? "never" : "soon"),
        "/app",
        17);
  }

  void apply(String yaml) {
    cluster.apply(yaml, "shop");
  }

  /** Applies, and waits for the Deployment {@code web}. */
  Rollout rollOut(String yaml) throws InterruptedException {
    apply(yaml);
    return awaitRollout();
  }

  Rollout awaitRollout() throws InterruptedException {
    return cluster.awaitRollout("shop", "web", LIMIT);
  }

  Rollout rollout() {
    return cluster.rollout("shop", "web").orElseThrow();
  }

  List<PodView> pods() {
    return cluster.pods();
  }

  List<String> readyPods() {
    return pods().stream().filter(PodView::ready).map(PodView::name).toList();
  }

  URI url(String path) {
    return cluster.address("shop", "web").orElseThrow().resolve(path);
  }

  /** Asks the front door. */
  String get(String path) throws IOException, InterruptedException {
    HttpResponse<String> answer = send(url(path));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  HttpResponse<String> send(URI uri) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(uri).timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Tells a pod, past the front door. */
  void tell(PodView pod, String path) throws InterruptedException {
    try {
      HttpResponse<String> unused = send(URI.create("http://" + pod.address()).resolve(path));
    } catch (IOException e) {
      // It was told to die
    }
  }

  static void eventually(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("not within %s: %s", LIMIT, what).isLessThan(end);
      Thread.sleep(20);
    }
  }

  @Override
  public void close() {
    cluster.close();
  }
}
