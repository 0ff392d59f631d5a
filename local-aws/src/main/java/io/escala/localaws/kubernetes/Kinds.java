package io.escala.localaws.kubernetes;

import java.util.Map;

/** The kinds of documents that the cluster takes, and how it reads them. */
final class Kinds {
  /** By kind, its API version. */
  private static final Map<String, String> IMITATED =
      Map.of(
          "Deployment", "apps/v1",
          "Service", "v1",
          "HorizontalPodAutoscaler", "autoscaling/v2",
          "ConfigMap", "v1");

  /**
   * Kept and given back. Each is a decision that docs/local-aws.md lists: nothing is evicted here,
   * no network stands between processes of one machine, and the front door takes the place of a
   * load balancer.
   */
  private static final Map<String, String> RECORDED =
      Map.of(
          "Namespace", "v1",
          "ServiceAccount", "v1",
          "PodDisruptionBudget", "policy/v1",
          "NetworkPolicy", "networking.k8s.io/v1",
          "Ingress", "networking.k8s.io/v1",
          "IngressClass", "networking.k8s.io/v1",
          "IngressClassParams", "eks.amazonaws.com/v1");

  private Kinds() {}

  /**
   * @throws IllegalArgumentException when the document is of another kind or has a field that is
   *     not handled
   */
  static void check(KubernetesObject object) {
    String version = IMITATED.getOrDefault(object.kind(), RECORDED.get(object.kind()));
    if (version == null && object.kind().equals("Job")) {
      throw new IllegalArgumentException(
          "Job " + object.name() + " is no hook; local-aws runs Jobs as hooks of a Helm release");
    }
    if (version == null || !version.equals(object.apiVersion())) {
      throw new IllegalArgumentException(
          "local-aws does not handle "
              + object.apiVersion()
              + " "
              + object.kind()
              + " ("
              + object.name()
              + ")");
    }
    switch (object.kind()) {
      case "Deployment" -> {
        DeploymentSpec unused = DeploymentSpec.of(object);
      }
      case "Service" -> {
        ServiceSpec unused = ServiceSpec.of(object);
      }
      case "HorizontalPodAutoscaler" -> {
        AutoscalerSpec unused = AutoscalerSpec.of(object);
      }
      default -> {
        // Its text is all there is of it
      }
    }
  }
}
