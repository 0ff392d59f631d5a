package io.escala.cli.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.escala.cli.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A cluster that {@code kubectl} and {@code helm} of this machine reach, by the context that {@code
 * aws eks update-kubeconfig} wrote: each command is one of theirs.
 */
final class RemoteCluster implements Cluster {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PATIENCE = "5m";

  private final String context;
  private final String kubectl;
  private final String helm;

  /**
   * @param context of the kubeconfig; empty for the current one
   */
  RemoteCluster(String context) {
    this(context, "kubectl", "helm");
  }

  RemoteCluster(String context, String kubectl, String helm) {
    this.context = context;
    this.kubectl = kubectl;
    this.helm = helm;
  }

  @Override
  public String where() {
    return "the context "
        + (context.isEmpty() ? run(kubectl, "config", "current-context").strip() : context)
        + " of kubectl";
  }

  @Override
  public Rollout rollout() {
    JsonNode deployment = json(kubectl("get", "deployment", NAME, "-o", "json"));
    JsonNode status = deployment.path("status");
    boolean seen =
        status.path("observedGeneration").asLong()
            >= deployment.at("/metadata/generation").asLong();
    int updated = seen ? status.path("updatedReplicas").asInt() : 0;
    Optional<String> stuck = Optional.empty();
    for (JsonNode condition : status.path("conditions")) {
      if (condition.path("reason").asText().equals("ProgressDeadlineExceeded")) {
        stuck = Optional.of(condition.path("message").asText());
      }
    }
    return new Rollout(
        deployment.at("/metadata/annotations/deployment.kubernetes.io~1revision").asText(),
        deployment.at("/spec/replicas").asInt(1),
        updated,
        status.path("availableReplicas").asInt(),
        Math.max(0, status.path("replicas").asInt() - updated),
        stuck);
  }

  @Override
  public List<Pod> pods() {
    List<Pod> pods = new ArrayList<>();
    JsonNode list =
        json(
            kubectl(
                "get",
                "pods",
                "-l",
                "app.kubernetes.io/name=" + NAME + ",app.kubernetes.io/component=server",
                "-o",
                "json"));
    for (JsonNode pod : list.path("items")) {
      JsonNode container = pod.at("/status/containerStatuses/0");
      String why = container.at("/state/waiting/message").asText();
      pods.add(
          new Pod(
              pod.at("/metadata/name").asText(),
              pod.at("/metadata/deletionTimestamp").isMissingNode()
                  ? pod.at("/status/phase").asText()
                  : "Terminating",
              container.path("ready").asBoolean(),
              container.path("restartCount").asInt(),
              container.path("image").asText(),
              why));
    }
    return pods;
  }

  @Override
  public List<Revision> revisions() {
    return Revision.list(json(helm("history", NAME, "--output", "json")), "revision");
  }

  @Override
  public String bounds() {
    JsonNode spec = json(kubectl("get", "hpa", NAME, "-o", "json")).path("spec");
    return spec.path("minReplicas").asText() + " to " + spec.path("maxReplicas").asText();
  }

  @Override
  public void rollback(Optional<Integer> revision) {
    List<String> arguments = new ArrayList<>(List.of("rollback", NAME));
    revision.ifPresent(number -> arguments.add(number.toString()));
    arguments.addAll(List.of("--wait", "--timeout", PATIENCE));
    String unused = helm(arguments.toArray(String[]::new));
  }

  @Override
  public void scale(int min, int max) {
    String patch = "{\"spec\":{\"minReplicas\":%d,\"maxReplicas\":%d}}".formatted(min, max);
    String unused = kubectl("patch", "hpa", NAME, "--type", "merge", "--patch", patch);
  }

  private String kubectl(String... arguments) {
    return tool(kubectl, "--context", arguments);
  }

  private String helm(String... arguments) {
    return tool(helm, "--kube-context", arguments);
  }

  private String tool(String tool, String contextOption, String... arguments) {
    List<String> command = new ArrayList<>(List.of(tool, "--namespace", NAME));
    if (!context.isEmpty()) {
      command.addAll(List.of(contextOption, context));
    }
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new UserException("kubectl or helm did not answer with JSON: " + text.strip(), e);
    }
  }

  private static String run(String... command) {
    try {
      Process process =
          new ProcessBuilder(command).redirectInput(ProcessBuilder.Redirect.INHERIT).start();
      CompletableFuture<String> errors =
          CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
      String out = text(process.getInputStream());
      if (process.waitFor() != 0) {
        throw new UserException(
            "%s failed: %s"
                .formatted(
                    String.join(" ", command), errors.join().strip().replaceFirst("^Error: ", "")));
      }
      return out;
    } catch (IOException e) {
      throw new UserException(
          "cannot run %s, which this command is made of: install it, and let `aws eks update-kubeconfig --name %s` write its configuration"
              .formatted(command[0], NAME),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserException("interrupted", e);
    }
  }

  private static String text(InputStream in) {
    try (in) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.getMessage();
    }
  }
}
