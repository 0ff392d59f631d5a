package io.escala.localaws.eks;

import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.cloudformation.ResourceType;
import java.util.Map;
import java.util.Set;

/**
 * {@code AWS::EKS::Cluster}. Of its properties only the name means something here; there is no API
 * server, and so no attribute {@code Endpoint}.
 */
final class ClusterType implements ResourceType {
  private final EksClusters clusters;

  ClusterType(EksClusters clusters) {
    this.clusters = clusters;
  }

  @Override
  public String name() {
    return "AWS::EKS::Cluster";
  }

  @Override
  public Set<String> createOnly() {
    return Set.of(
        "AccessConfig/BootstrapClusterCreatorAdminPermissions",
        "BootstrapSelfManagedAddons",
        "EncryptionConfig",
        "KubernetesNetworkConfig/IpFamily",
        "KubernetesNetworkConfig/ServiceIpv4Cidr",
        "Name",
        "OutpostConfig",
        "RoleArn");
  }

  @Override
  public Resource create(ResourceContext context, ResourceProperties properties) {
    String cluster = cluster(context, properties);
    check(properties);
    clusters.create(cluster);
    return resource(context, cluster);
  }

  @Override
  public Resource update(
      ResourceContext context, Resource current, ResourceProperties old, ResourceProperties now) {
    now.recorded("Name");
    check(now);
    return resource(context, current.physicalId());
  }

  @Override
  public void delete(ResourceContext context, Resource current, ResourceProperties properties) {
    clusters.delete(
        current.attributes().isEmpty() ? cluster(context, properties) : current.physicalId());
  }

  private static String cluster(ResourceContext context, ResourceProperties properties) {
    return properties.text("Name").orElse(context.physicalName(100));
  }

  private static void check(ResourceProperties properties) {
    properties.recorded(
        "AccessConfig",
        "BootstrapSelfManagedAddons",
        "ComputeConfig",
        "DeletionProtection",
        "EncryptionConfig",
        "KubernetesNetworkConfig",
        "Logging",
        "ResourcesVpcConfig",
        "RoleArn",
        "StorageConfig",
        "Tags",
        "UpgradePolicy",
        "Version",
        "ZonalShiftConfig");
    properties.requireAllRead();
  }

  private static Resource resource(ResourceContext context, String cluster) {
    return new Resource(cluster, Map.of("Arn", context.arn("eks", "cluster/" + cluster)));
  }
}
