package io.escala.localaws.eks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.escala.localaws.http.AwsException;
import io.escala.localaws.http.AwsRequest;
import io.escala.localaws.http.AwsResponse;
import io.escala.localaws.http.AwsService;
import io.escala.localaws.http.Endpoint;
import io.escala.localaws.kubernetes.LocalCluster;
import io.escala.localaws.kubernetes.Releases;
import io.escala.localaws.kubernetes.Rollout;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code ./escala} asks of the clusters here: the place of kubectl and Helm, which need an API
 * server.
 *
 * <pre>
 * GET  /_escala/kubernetes                    every cluster's services, rollouts, pods, releases
 * POST /_escala/kubernetes/{cluster}/rollback {"namespace", "release", "revision"?}
 * POST /_escala/kubernetes/{cluster}/scale    {"namespace", "deployment", "min", "max"}
 * </pre>
 */
public final class KubernetesService implements AwsService, AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final EksClusters clusters;

  public KubernetesService(EksClusters clusters) {
    this.clusters = clusters;
  }

  @Override
  public String signingName() {
    return Endpoint.KUBERNETES;
  }

  @Override
  public AwsResponse handle(AwsRequest request) throws IOException {
    String path = request.path().substring(Endpoint.KUBERNETES_PATH.length());
    try {
      if (path.isEmpty() && request.method().equals("GET")) {
        return json(200, all());
      }
      String[] parts = path.split("/", -1);
      if (parts.length == 3 && request.method().equals("POST")) {
        EksClusters.Running running = clusters.require(parts[1]);
        JsonNode body = JSON.readTree(request.body().readAllBytes());
        switch (parts[2]) {
          case "rollback" -> {
            return json(200, Map.of("revision", rollback(running, body)));
          }
          case "scale" -> {
            running
                .cluster()
                .scale(
                    text(body, "namespace"),
                    text(body, "deployment"),
                    number(body, "min").orElseThrow(() -> missing("min")),
                    number(body, "max").orElseThrow(() -> missing("max")));
            return json(200, Map.of());
          }
          default -> {
            // Said below
          }
        }
      }
    } catch (IllegalArgumentException e) {
      throw new AwsException(400, "InvalidRequest", e.getMessage());
    } catch (JsonProcessingException e) {
      throw new AwsException(400, "InvalidRequest", "the body is not JSON");
    } catch (Releases.ReleaseFailed e) {
      throw new AwsException(409, "ReleaseFailed", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AwsException(503, "Stopping", "the endpoint is being stopped");
    }
    throw new AwsException(404, "NotFound", request.method() + " " + request.path());
  }

  private static int rollback(EksClusters.Running running, JsonNode body)
      throws InterruptedException {
    return running
        .releases()
        .rollback(
            text(body, "namespace"), text(body, "release"), number(body, "revision"), PATIENCE);
  }

  private List<Map<String, Object>> all() {
    List<Map<String, Object>> all = new ArrayList<>();
    clusters
        .all()
        .forEach(
            (name, running) -> {
              LocalCluster cluster = running.cluster();
              Map<String, Object> one = new LinkedHashMap<>();
              one.put("cluster", name);
              one.put("services", cluster.addresses());
              one.put("bounds", cluster.bounds());
              one.put(
                  "rollouts", cluster.rollouts().stream().map(KubernetesService::json).toList());
              one.put("pods", cluster.pods());
              one.put("releases", running.releases().all());
              all.add(one);
            });
    return all;
  }

  private static Map<String, Object> json(Rollout rollout) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("namespace", rollout.namespace());
    json.put("deployment", rollout.deployment());
    json.put("revision", rollout.revision());
    json.put("replicas", rollout.replicas());
    json.put("updated", rollout.updated());
    json.put("ready", rollout.ready());
    json.put("available", rollout.available());
    json.put("old", rollout.old());
    json.put("complete", rollout.complete());
    json.put("stuck", rollout.stuck().orElse(null));
    return json;
  }

  private static String text(JsonNode body, String field) {
    if (!body.path(field).isTextual()) {
      throw missing(field);
    }
    return body.path(field).asText();
  }

  private static Optional<Integer> number(JsonNode body, String field) {
    if (body.path(field).isMissingNode()) {
      return Optional.empty();
    }
    if (!body.path(field).isInt()) {
      throw new IllegalArgumentException(field + " must be a whole number");
    }
    return Optional.of(body.path(field).intValue());
  }

  private static IllegalArgumentException missing(String field) {
    return new IllegalArgumentException("the field " + field + " is missing");
  }

  private static AwsResponse json(int status, Object value) throws JsonProcessingException {
    return AwsResponse.of(
        status, Map.of("Content-Type", "application/json"), JSON.writeValueAsBytes(value));
  }

  @Override
  public AwsResponse error(AwsRequest request, AwsException error) {
    return AwsResponse.of(
        error.status(),
        Map.of("Content-Type", "text/plain; charset=utf-8"),
        String.valueOf(error.getMessage()).getBytes(UTF_8));
  }

  @Override
  public void close() {
    clusters.close();
  }
}
