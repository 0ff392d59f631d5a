package io.escala.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.escala.cli.kubernetes.LocalCluster;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@code up} and {@code down} do with the Kubernetes stacks on this machine. */
final class Kubernetes {
  private static final String SERVING = "EscalaServing";

  private final LocalCluster cluster;
  private final Aws aws;
  private final Terminal terminal;

  Kubernetes(LocalEndpoint endpoint, Aws aws, Terminal terminal) {
    this.cluster = new LocalCluster(endpoint.uri());
    this.aws = aws;
    this.terminal = terminal;
  }

  /** Whether there is anything of them. */
  static boolean isDeployed(Aws aws) {
    return List.of("EscalaKubernetes", SERVING).stream()
        .anyMatch(name -> aws.stack(name).isPresent());
  }

  /** Settings of the app; with the trained model's version, once there is one. */
  static Map<String, String> context(Aws aws) {
    Map<String, String> context = new LinkedHashMap<>();
    context.put("escala:kubernetes.enabled", "true");
    context.put(
        "escala:kubernetes.serving.models",
        version(aws).map(version -> "bank@" + version).orElse(""));
    return context;
  }

  private static Optional<String> version(Aws aws) {
    return Optional.ofNullable(aws.outputs("EscalaStorage").get("BucketName"))
        .flatMap(bucket -> ServedModel.currentVersion(aws, bucket));
  }

  /** Releases the model that was trained, unless it is what the cluster has. */
  void release(CdkCli cdk) {
    terminal.line("Releasing the trained model in the cluster");
    cdk.deploy(SERVING, context(aws));
  }

  /** Asks the cluster's load balancer, and says what there is. */
  void show() {
    String bucket = aws.outputs("EscalaStorage").get("BucketName");
    String version = version(aws).orElseThrow();
    JsonNode manifest = ServedModel.manifest(aws, bucket, version);
    String url =
        cluster.address().orElseThrow(() -> new UserException("the cluster has no service escala"));
    ServedModel model = new ServedModel(url);
    ServedModel.Example example = ServedModel.examples(manifest).get(0);
    terminal.line("");
    if (!model.serves(version)) {
      terminal.line(
          "  Cluster  %s does not have bank %s: a release before it was rolled back to, and nothing was deployed since"
              .formatted(url, version));
      return;
    }
    ServedModel.Prediction answer = model.predict(example.inputs());
    if (!answer.label().equals(example.label())) {
      throw new UserException(
          "the cluster says %s where training said %s".formatted(answer.label(), example.label()));
    }
    terminal.line(
        "  Cluster  %s  ->  %s (probability of yes %.4f)"
            .formatted(model.predictUri(), answer.label(), answer.probability()));
    cluster.podLines().forEach(line -> terminal.line("           " + line));
    terminal.line("           ./escala rollout status | rollback | scale --min 3 --max 5");
    terminal.line("           the page: " + URI.create(url).resolve("/"));
  }
}
