package io.escala.infra;

import java.util.List;
import java.util.Map;

/**
 * The server as a KServe predictor: KServe fetches the models into {@code /mnt/models}, and the
 * container answers the Open Inference Protocol on port 8080.
 *
 * @see <a href="https://kserve.github.io/website/docs/reference/crd-api">its fields</a>
 */
final class InferenceService {
  static final String NAME = "escala";
  private static final int PORT = 8080;
  private static final String MODELS = "/mnt/models";

  private InferenceService() {}

  /**
   * @param image the server's image
   * @param modelsUri the folder of all models, an {@code s3://} address
   * @param serviceAccount may read that folder
   */
  static Map<String, Object> document(
      String image, String modelsUri, String namespace, String serviceAccount) {
    Map<String, Object> container =
        Map.of(
            // KServe looks for a container of this name.
            "name",
            "kserve-container",
            "image",
            image,
            "args",
            List.of("--models", MODELS, "--model", "bank", "--host", "0.0.0.0"),
            "env",
            // Tells KServe what to fetch; the server does not read it.
            List.of(Map.of("name", "STORAGE_URI", "value", modelsUri)),
            "ports",
            List.of(Map.of("containerPort", PORT, "protocol", "TCP")),
            "startupProbe",
            probe("/v2/health/ready", 2, 60),
            "readinessProbe",
            probe("/v2/health/ready", 5, 2),
            "livenessProbe",
            probe("/v2/health/live", 10, 3),
            "resources",
            Map.of(
                "requests", Map.of("cpu", "1", "memory", "1Gi"), "limits", Map.of("memory", "1Gi")),
            "securityContext",
            Map.of(
                "allowPrivilegeEscalation",
                false,
                "capabilities",
                Map.of("drop", List.of("ALL")),
                "runAsNonRoot",
                true,
                "seccompProfile",
                Map.of("type", "RuntimeDefault")));
    return SortedDocument.of(
        Map.of(
            "apiVersion",
            "serving.kserve.io/v1beta1",
            "kind",
            "InferenceService",
            "metadata",
            Map.of(
                "name",
                NAME,
                "namespace",
                namespace,
                "annotations",
                Map.of("serving.kserve.io/deploymentMode", "Standard")),
            "spec",
            Map.of(
                "predictor",
                Map.of(
                    "serviceAccountName",
                    serviceAccount,
                    "minReplicas",
                    2,
                    "maxReplicas",
                    10,
                    "scaleMetric",
                    "cpu",
                    "scaleTarget",
                    60,
                    "containers",
                    List.of(container)))));
  }

  private static Map<String, Object> probe(String path, int periodSeconds, int failures) {
    return Map.of(
        "httpGet",
        Map.of("path", path, "port", PORT),
        "periodSeconds",
        periodSeconds,
        "failureThreshold",
        failures);
  }
}
