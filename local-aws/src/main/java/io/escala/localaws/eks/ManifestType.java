package io.escala.localaws.eks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.cloudformation.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The CDK's {@code KubernetesManifest}: documents for {@code kubectl apply}. The endpoint does that
 * in the place of the function that the template names.
 */
final class ManifestType implements ResourceType {
  /** Of documents that name none. */
  static final String NAMESPACE = "default";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final EksClusters clusters;

  ManifestType(EksClusters clusters) {
    this.clusters = clusters;
  }

  @Override
  public String name() {
    return "Custom::AWSCDK-EKS-KubernetesResource";
  }

  @Override
  public Set<String> createOnly() {
    return Set.of("ServiceToken", "ClusterName");
  }

  @Override
  public Resource create(ResourceContext context, ResourceProperties properties)
      throws JsonProcessingException {
    return apply(context.physicalName(64), properties);
  }

  @Override
  public Resource update(
      ResourceContext context, Resource current, ResourceProperties old, ResourceProperties now)
      throws JsonProcessingException {
    return apply(current.physicalId(), now);
  }

  @Override
  public void delete(ResourceContext context, Resource current, ResourceProperties properties) {
    String cluster = properties.requireText("ClusterName");
    String id =
        current.physicalId().equals(context.physicalName())
            ? context.physicalName(64)
            : current.physicalId();
    Optional<EksClusters.Applied> applied = clusters.applied(cluster, id);
    if (applied.isPresent()) {
      clusters.require(cluster).cluster().delete(applied.get().yaml(), NAMESPACE);
      clusters.forget(cluster, id);
    }
  }

  /** What a resource held before and holds no more is pruned. */
  private Resource apply(String id, ResourceProperties properties) throws JsonProcessingException {
    String cluster = properties.requireText("ClusterName");
    List<String> documents = new ArrayList<>();
    for (JsonNode document : JSON.readTree(properties.requireText("Manifest"))) {
      documents.add(JSON.writeValueAsString(document));
    }
    properties.recorded("Overwrite", "PruneLabel", "ServiceToken");
    properties.requireAllRead();
    String yaml = String.join("\n---\n", documents);
    EksClusters.Running running = clusters.require(cluster);
    Optional<EksClusters.Applied> before = clusters.applied(cluster, id);
    running.cluster().apply(yaml, NAMESPACE);
    clusters.save(cluster, new EksClusters.Applied(id, yaml));
    before.ifPresent(old -> running.cluster().prune(old.yaml(), yaml, NAMESPACE));
    return new Resource(id, Map.of());
  }
}
