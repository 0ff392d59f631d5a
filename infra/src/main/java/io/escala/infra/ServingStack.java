package io.escala.infra;

import static io.escala.infra.StorageStack.MODELS;

import io.escala.infra.config.ServingConfig;
import io.escala.infra.serving.ChartValue;
import io.escala.infra.serving.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.CfnResource;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.eks_v2.HelmChart;
import software.amazon.awscdk.services.eks_v2.KubernetesManifest;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.s3.assets.Asset;
import software.constructs.Construct;

/**
 * What answers in the cluster: the image, and its release. Alone in a stack, so that a release that
 * fails takes nothing else back with it.
 */
final class ServingStack extends Stack {
  /** The namespace, where nothing else is. */
  static final String NAMESPACE = "escala";

  /**
   * How long Helm waits for pods. The function that runs it has 15 minutes, in which it waits twice
   * when it has to roll back, and for the two checks, 90 seconds each.
   */
  private static final Duration PATIENCE = Duration.minutes(5);

  private final KubernetesStack kubernetes;
  private final JavaImage image;

  /**
   * @param storage where models are that the image does not bring
   * @param logRetentionDays how long CloudWatch keeps the log of the image's builder
   */
  ServingStack(
      Construct scope,
      String id,
      StorageStack storage,
      KubernetesStack kubernetes,
      ServingConfig config,
      long logRetentionDays,
      Artifacts artifacts) {
    super(scope, id);
    this.kubernetes = kubernetes;
    image =
        new JavaImage(
            this,
            "Image",
            JavaImageProps.of(artifacts)
                .withModels(artifacts.modelsFolder(), ServingConfig.BROUGHT.toArray(String[]::new))
                .withLogRetentionDays(logRetentionDays));
    PodRole pods =
        new PodRole(this, "Pods", kubernetes.cluster(), NAMESPACE, Release.SERVICE_ACCOUNT);
    grantModels(pods.role(), storage);

    KubernetesManifest namespace = namespace();
    KubernetesManifest loadBalancers = manifest("LoadBalancers", loadBalancers(config));
    HelmChart release =
        HelmChart.Builder.create(this, "Release")
            .cluster(kubernetes.cluster())
            .release(Release.NAME)
            .chartAsset(
                Asset.Builder.create(this, "Chart").path(artifacts.chart().toString()).build())
            .namespace(NAMESPACE)
            .createNamespace(false)
            .values(values(storage, config))
            .wait(true)
            .atomic(true)
            .timeout(PATIENCE)
            .build();
    // The other way round when they go: the load balancer is taken down by its class, and pods get
    // their role when they are made.
    release.getNode().addDependency(namespace, loadBalancers, pods);
    manifest("NetworkPolicies", List.of(networkPolicies()));

    CfnOutput.Builder.create(this, "ImageUri").value(image.imageUri()).build();
  }

  /** The server's image, by digest. */
  String image() {
    return image.imageUri();
  }

  /** What the pods may do: read models. */
  private static void grantModels(Role role, StorageStack storage) {
    storage.key().grantDecrypt(role);
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(List.of("s3:GetObject"))
            .resources(List.of(storage.bucket().arnForObjects(MODELS + "/*")))
            .build());
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(List.of("s3:ListBucket"))
            .resources(List.of(storage.bucket().getBucketArn()))
            // A version that is not there must be told from one that may not be read. IfExists: a
            // request for an object carries no prefix.
            .conditions(Map.of("StringLikeIfExists", Map.of("s3:prefix", MODELS + "/*")))
            .build());
  }

  private Map<String, Object> values(StorageStack storage, ServingConfig config) {
    boolean encrypted = config.certificateArn().isPresent();
    String network = kubernetes.vpc().getVpcCidrBlock();
    List<String> models = new ArrayList<>(ServingConfig.BROUGHT);
    models.addAll(config.models());
    Map<ChartValue, Object> values =
        Map.ofEntries(
            Map.entry(ChartValue.IMAGE, image.imageUri()),
            Map.entry(ChartValue.MODELS, String.join(",", models)),
            Map.entry(ChartValue.MODELS_URI, storage.bucket().s3UrlForObject(MODELS)),
            Map.entry(ChartValue.REGION, getRegion()),
            Map.entry(ChartValue.VPC_CIDR, network),
            Map.entry(ChartValue.PROTOCOL, encrypted ? "HTTPS" : "HTTP"),
            Map.entry(ChartValue.PORT, encrypted ? 443 : 80),
            Map.entry(
                ChartValue.CALLERS,
                config.isInternetFacing() ? String.join(",", config.callers()) : network),
            Map.entry(ChartValue.MIN_REPLICAS, config.minReplicas()),
            Map.entry(ChartValue.MAX_REPLICAS, config.maxReplicas()),
            Map.entry(ChartValue.CPU, config.cpu()),
            Map.entry(ChartValue.MEMORY, config.memory()));
    Map<String, Object> byKey = new TreeMap<>();
    values.forEach((value, given) -> byKey.put(value.key(), given));
    return byKey;
  }

  /**
   * Not the chart's: Helm keeps its record of a release in the namespace. And kept when the stack
   * goes: a namespace is gone only once every API of the cluster has said that it holds nothing
   * more, and one that does not answer makes kubectl wait until its function is over. It is empty
   * then, and goes with the cluster.
   */
  private KubernetesManifest namespace() {
    KubernetesManifest namespace =
        manifest(
            "Namespace",
            List.of(
                Map.of(
                    "apiVersion",
                    "v1",
                    "kind",
                    "Namespace",
                    "metadata",
                    Map.of(
                        "name",
                        NAMESPACE,
                        "labels",
                        Map.of(
                            "pod-security.kubernetes.io/enforce",
                            "restricted",
                            "pod-security.kubernetes.io/enforce-version",
                            "latest",
                            "pod-security.kubernetes.io/warn",
                            "restricted")))));
    ((CfnResource) namespace.getNode().findChild("Resource").getNode().getDefaultChild())
        .applyRemovalPolicy(RemovalPolicy.RETAIN);
    return namespace;
  }

  /**
   * The class whose load balancers Auto Mode makes. Its parameters are EKS's own kind of object.
   */
  private static List<Map<String, Object>> loadBalancers(ServingConfig config) {
    Map<String, Object> parameters = new TreeMap<>();
    parameters.put("scheme", config.isInternetFacing() ? "internet-facing" : "internal");
    config.certificateArn().ifPresent(arn -> parameters.put("certificateARNs", List.of(arn)));
    String group = "eks.amazonaws.com";
    return List.of(
        Map.of(
            "apiVersion",
            group + "/v1",
            "kind",
            "IngressClassParams",
            "metadata",
            Map.of("name", Release.INGRESS_CLASS),
            "spec",
            parameters),
        Map.of(
            "apiVersion",
            "networking.k8s.io/v1",
            "kind",
            "IngressClass",
            "metadata",
            Map.of("name", Release.INGRESS_CLASS),
            "spec",
            Map.of(
                "controller",
                group + "/alb",
                "parameters",
                Map.of(
                    "apiGroup",
                    group,
                    "kind",
                    "IngressClassParams",
                    "name",
                    Release.INGRESS_CLASS))));
  }

  /** Without it Auto Mode accepts NetworkPolicies and enforces none. */
  private static Map<String, Object> networkPolicies() {
    return Map.of(
        "apiVersion",
        "v1",
        "kind",
        "ConfigMap",
        "metadata",
        Map.of("name", "amazon-vpc-cni", "namespace", "kube-system"),
        "data",
        Map.of("enable-network-policy-controller", "true"));
  }

  private KubernetesManifest manifest(String id, List<Map<String, Object>> documents) {
    return KubernetesManifest.Builder.create(this, id)
        .cluster(kubernetes.cluster())
        .manifest(documents.stream().map(SortedDocument::of).toList())
        // The namespace may be there from a stack before
        .overwrite(true)
        .build();
  }
}
