package io.escala.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the chapter promises of Kubernetes, on this machine: the stacks that go to AWS, the image
 * built, the chart rendered by the Helm that deploys, the container run.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class KubernetesIT {
  private static final Path ROOT = Launcher.ROOT;
  private static final Map<String, String> ENABLED =
      Map.of("escala:kubernetes.enabled", "true", "escala:kubernetes.serving.cpu", "500m");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir static Path folder;
  private static Workspace workspace;
  private static LocalEndpoint endpoint;
  private static CdkCli cdk;

  @BeforeAll
  static void deploy() throws Exception {
    workspace =
        new Workspace(
            ROOT, folder.resolve("home"), Path.of(System.getProperty("java.home"), "bin", "java"));
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    endpoint = LocalEndpoint.start(workspace, port);
    cdk = new CdkCli(workspace, endpoint, ENABLED, Terminal.standard());
    cdk.deployWithNeeds("EscalaServing");
  }

  @AfterAll
  static void leaveNothing() throws Exception {
    if (endpoint == null) {
      return;
    }
    Launcher.Run down = escala("down");
    assertThat(down.output()).contains("Nothing is left: 0 stacks, 0 buckets, 0 processes");
    assertThat(down.exit()).isZero();
  }

  @Test
  @Order(1)
  void theDeploymentServesTheBundlesOfTheImage() throws Exception {
    // when
    JsonNode all = rolloutStatus();

    // then
    assertThat(all.at("/rollout/complete").asBoolean()).isTrue();
    assertThat(all.at("/rollout/available").asInt()).isEqualTo(2);
    assertThat(all.at("/revisions/0/status").asText()).isEqualTo("deployed");
    assertThat(get("/").statusCode()).isEqualTo(200);
    assertThat(get("/v2/models/digits/ready").statusCode()).isEqualTo(200);
    assertThat(get("/v2/models/wine/ready").statusCode()).isEqualTo(200);
  }

  @Test
  @Order(2)
  void requestsAreBalancedOverTheReadyPods() throws Exception {
    // when
    for (int i = 0; i < 20; i++) {
      assertThat(predict().statusCode()).isEqualTo(200);
    }

    // then
    for (JsonNode pod : pods()) {
      assertThat(pod.path("requests").asInt()).as(pod.toString()).isGreaterThanOrEqualTo(5);
    }
  }

  @Test
  @Order(3)
  void aPodThatIsKilledUnderLoadComesBackAndTheOthersAnswerMeanwhile() throws Exception {
    // given
    JsonNode killed = pods().get(0);
    int restarts = killed.path("restarts").asInt();
    List<String> failures = new ArrayList<>();

    // when
    ProcessHandle.of(killed.path("pid").asLong()).orElseThrow().destroyForcibly();
    long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    JsonNode now = killed;
    while (System.nanoTime() < end
        && !(now.path("ready").asBoolean() && now.path("restarts").asInt() > restarts)) {
      HttpResponse<String> answer = predict();
      if (answer.statusCode() != 200) {
        failures.add(answer.body());
      }
      now = pod(killed.path("name").asText());
    }

    // then
    assertThat(now.path("ready").asBoolean()).as(now.toString()).isTrue();
    assertThat(now.path("restarts").asInt()).isGreaterThan(restarts);
    // One request at a time: at most the one that the pod had accepted
    assertThat(failures).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  @Order(4)
  void replicasFollowTheBoundsThatACommandSets() throws Exception {
    // when
    Launcher.Run more = escala("scale", "--min", "3", "--max", "4");

    // then
    assertThat(more.output()).contains("3 pods are available; 3 to 4 allowed");
    assertThat(more.exit()).isZero();
    assertThat(escala("scale", "--min", "4", "--max", "3").exit()).isEqualTo(2);
  }

  @Test
  @Order(5)
  void aModelThatIsNotInTheBucketIsRolledBackAndSaid() throws Exception {
    // given
    Set<String> before = names();

    // when
    assertThatThrownBy(
            () ->
                cdk.deploy(
                    "EscalaServing",
                    Map.of("escala:kubernetes.serving.models", "bank@20000101T000000Z-00000000")))
        .isInstanceOf(UserException.class);

    // then
    assertThat(Files.readString(workspace.home().resolve("cdk.log")))
        .contains("version 20000101T000000Z-00000000 of model bank cannot be served");
    assertThat(names()).containsAll(before);
    assertThat(predict().statusCode()).isEqualTo(200);
    assertThat(rolloutStatus().path("revisions").findValuesAsText("status"))
        .contains("failed", "deployed");
  }

  @Test
  @Order(6)
  void aRollbackToARevisionThatIsNoneIsRefused() throws Exception {
    // when
    Launcher.Run refused = escala("rollback", "--revision", "99");

    // then
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.output()).contains("revision 99").doesNotContain("\tat ");
  }

  private static JsonNode rolloutStatus() throws Exception {
    String said = escala("rollout", "status", "--json").output();
    // The launcher may build before, and says so
    return JSON.readTree(said.substring(said.indexOf('{')));
  }

  private static JsonNode cluster() throws Exception {
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(endpoint.uri().resolve("/_escala/kubernetes")).build(),
            HttpResponse.BodyHandlers.ofString());
    return JSON.readTree(answer.body()).get(0);
  }

  private static List<JsonNode> pods() throws Exception {
    List<JsonNode> pods = new ArrayList<>();
    for (JsonNode pod : cluster().path("pods")) {
      if (!pod.path("phase").asText().equals("Terminating")) {
        pods.add(pod);
      }
    }
    return pods;
  }

  private static JsonNode pod(String name) throws Exception {
    return pods().stream()
        .filter(pod -> pod.path("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Set<String> names() throws Exception {
    Set<String> names = new HashSet<>();
    pods().forEach(pod -> names.add(pod.path("name").asText()));
    return names;
  }

  private static URI url(String path) throws Exception {
    return URI.create(cluster().at("/services/escala~1escala").asText()).resolve(path);
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(url(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> predict() throws Exception {
    String row =
        "{\"instances\":[{\"pixels\":["
            + String.join(",", java.util.Collections.nCopies(784, "0"))
            + "]}]}";
    return HTTP.send(
        HttpRequest.newBuilder(url("/v1/models/digits:predict"))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(row))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static Launcher.Run escala(String... arguments) throws IOException, InterruptedException {
    return new Launcher(folder, workspace.home()).run(List.of(arguments));
  }
}
