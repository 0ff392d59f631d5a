package io.escala.localaws.eks;

import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.cloudformation.ResourceType;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The CDK's {@code HelmChart}. The endpoint does what the function that the template names would
 * do: Helm, the very binary of that function's layer, renders the chart, and the release is made,
 * upgraded or removed.
 */
final class HelmChartType implements ResourceType {
  private static final Pattern SECONDS = Pattern.compile("(\\d+)s");

  /** Helm's own, when the chart says nothing. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final EksClusters clusters;
  private final Helm helm;

  HelmChartType(EksClusters clusters, Helm helm) {
    this.clusters = clusters;
    this.helm = helm;
  }

  @Override
  public String name() {
    return "Custom::AWSCDK-EKS-HelmChart";
  }

  @Override
  public Set<String> createOnly() {
    return Set.of("ClusterName", "Namespace", "Release", "ServiceToken");
  }

  @Override
  public Resource create(ResourceContext context, ResourceProperties properties)
      throws IOException, InterruptedException {
    return release(context.physicalName(), properties);
  }

  @Override
  public Resource update(
      ResourceContext context, Resource current, ResourceProperties old, ResourceProperties now)
      throws IOException, InterruptedException {
    return release(current.physicalId(), now);
  }

  @Override
  public void delete(ResourceContext context, Resource current, ResourceProperties properties)
      throws InterruptedException {
    clusters
        .require(properties.requireText("ClusterName"))
        .releases()
        .uninstall(namespace(properties), properties.requireText("Release"), timeout(properties));
  }

  private Resource release(String id, ResourceProperties properties)
      throws IOException, InterruptedException {
    String release = properties.requireText("Release");
    String namespace = namespace(properties);
    boolean atomic = properties.bool("Atomic").orElse(false);
    boolean waits = properties.bool("Wait").orElse(false) || atomic;
    if (!waits) {
      throw new IllegalArgumentException(
          "local-aws waits for every release; " + release + " sets neither Wait nor Atomic");
    }
    Duration patience = timeout(properties);
    EksClusters.Running running = clusters.require(properties.requireText("ClusterName"));
    Helm.Chart chart =
        new Helm.Chart(
            release,
            namespace,
            properties.requireText("ChartAssetURL"),
            properties.text("Values").orElse("{}"));
    String token = properties.requireText("ServiceToken");
    // The namespace is another resource's. Without an API server nobody says what one would skip.
    properties.recorded("CreateNamespace", "SkipCrds");
    properties.requireAllRead();
    boolean upgrade =
        running.releases().find(namespace, release).flatMap(r -> r.deployed()).isPresent();
    String manifest = helm.template(token, chart, upgrade);
    running.releases().upgrade(namespace, release, manifest, atomic, patience);
    return new Resource(id, Map.of());
  }

  private static String namespace(ResourceProperties properties) {
    return properties.text("Namespace").orElse(ManifestType.NAMESPACE);
  }

  private static Duration timeout(ResourceProperties properties) {
    String text = properties.text("Timeout").orElse(PATIENCE.toSeconds() + "s");
    Matcher seconds = SECONDS.matcher(text);
    if (!seconds.matches()) {
      throw new IllegalArgumentException("Timeout must be seconds such as 300s, not " + text);
    }
    return Duration.ofSeconds(Long.parseLong(seconds.group(1)));
  }
}
