package io.escala.cli.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.escala.cli.UserException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The cluster in the endpoint on this machine. */
public final class LocalCluster implements Cluster {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI endpoint;
  private final HttpClient http = HttpClient.newHttpClient();

  public LocalCluster(URI endpoint) {
    this.endpoint = endpoint;
  }

  @Override
  public String where() {
    return "this machine (" + endpoint + ")";
  }

  /** Where the server answers, if it is deployed. */
  public Optional<String> address() {
    return read()
        .map(cluster -> cluster.at("/services/escala~1escala").asText(""))
        .filter(address -> !address.isEmpty());
  }

  /** All that the endpoint says of it: services, bounds, rollouts, pods, releases. */
  public Optional<JsonNode> describe() {
    return read();
  }

  /** One line for each pod. */
  public List<String> podLines() {
    return read().map(LocalCluster::pods).orElse(List.of()).stream()
        .map(pod -> pod.name() + "  " + pod.state() + (pod.ready() ? "  ready" : "  not ready"))
        .toList();
  }

  private Optional<JsonNode> read() {
    JsonNode clusters = send(HttpRequest.newBuilder(uri("")).GET());
    for (JsonNode cluster : clusters) {
      if (cluster.path("cluster").asText().equals(NAME)) {
        return Optional.of(cluster);
      }
    }
    return Optional.empty();
  }

  private JsonNode require() {
    return read()
        .orElseThrow(
            () ->
                new UserException(
                    "there is no Kubernetes cluster on this machine; ./escala up --with kubernetes"
                        + " deploys one"));
  }

  @Override
  public Rollout rollout() {
    for (JsonNode rollout : require().path("rollouts")) {
      if (rollout.path("namespace").asText().equals(NAME)
          && rollout.path("deployment").asText().equals(NAME)) {
        return new Rollout(
            rollout.path("revision").asText(),
            rollout.path("replicas").asInt(),
            rollout.path("updated").asInt(),
            rollout.path("available").asInt(),
            rollout.path("old").asInt(),
            Optional.ofNullable(rollout.path("stuck").textValue()));
      }
    }
    throw new UserException(
        "nothing is released in the cluster; ./escala up --with kubernetes does it");
  }

  @Override
  public List<Pod> pods() {
    return pods(require());
  }

  private static List<Pod> pods(JsonNode cluster) {
    List<Pod> pods = new ArrayList<>();
    for (JsonNode pod : cluster.path("pods")) {
      pods.add(
          new Pod(
              pod.path("name").asText(),
              pod.path("phase").asText(),
              pod.path("ready").asBoolean(),
              pod.path("restarts").asInt(),
              pod.path("image").asText(),
              pod.path("message").asText()));
    }
    return pods;
  }

  @Override
  public List<Revision> revisions() {
    for (JsonNode release : require().path("releases")) {
      if (release.path("name").asText().equals(NAME)) {
        return Revision.list(release.path("revisions"), "number");
      }
    }
    return List.of();
  }

  @Override
  public String bounds() {
    JsonNode bounds = require().at("/bounds/escala~1escala");
    return bounds.path(0).asText() + " to " + bounds.path(1).asText();
  }

  @Override
  public void rollback(Optional<Integer> revision) {
    Map<String, Object> order =
        revision.isPresent()
            ? Map.of("namespace", NAME, "release", NAME, "revision", revision.get())
            : Map.of("namespace", NAME, "release", NAME);
    post("/" + NAME + "/rollback", order);
  }

  @Override
  public void scale(int min, int max) {
    post(
        "/" + NAME + "/scale",
        Map.of("namespace", NAME, "deployment", NAME, "min", min, "max", max));
  }

  private void post(String path, Map<String, Object> order) {
    require();
    try {
      send(
          HttpRequest.newBuilder(uri(path))
              .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(order))));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private URI uri(String path) {
    return endpoint.resolve("/_escala/kubernetes" + path);
  }

  private JsonNode send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new UserException(answer.body());
      }
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new UserException(
          "the AWS endpoint on this machine does not answer ("
              + e.getMessage()
              + "); ./escala up --with kubernetes starts it again",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserException("interrupted", e);
    }
  }
}
