package io.escala.infra;

import static io.escala.infra.StorageStack.MODELS;

import io.escala.infra.config.KubernetesConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.eks_v2.Addon;
import software.amazon.awscdk.services.eks_v2.HelmChart;
import software.amazon.awscdk.services.eks_v2.ICluster;
import software.amazon.awscdk.services.eks_v2.KubernetesManifest;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.constructs.Construct;

/**
 * Kubeflow's standard resources, for who asks for them: KServe, which serves the models that the
 * job trained, and the Spark Operator, which runs the job. Charts and images come from a mirror in
 * ECR ({@code docs/kubernetes.md} lists them), for the cluster has no way to the registries that
 * they are published in.
 */
final class KubeflowStack extends Stack {
  /** Always there: nothing has to wait for it to be deleted. */
  private static final String NAMESPACE = "default";

  private static final String PREDICTOR = "escala-kserve";
  private static final String JOB = "escala-spark";
  static final String KSERVE = "v0.20.0";
  static final String SPARK_OPERATOR = "2.4.0";

  /**
   * What Helm may take: the function that runs it has 15 minutes for the release and, if it fails,
   * for its removal.
   */
  private static final Duration HELM_TIMEOUT = Duration.minutes(5);

  private final ICluster cluster;
  private final StorageStack storage;
  private final String mirror;
  private Optional<HelmChart> kserve = Optional.empty();

  /**
   * @param spark whose training the Spark Operator runs too
   * @param executors how many of them that run has
   */
  KubeflowStack(
      Construct scope,
      String id,
      KubernetesStack kubernetes,
      StorageStack storage,
      SparkStack spark,
      KubernetesConfig config,
      long executors) {
    super(scope, id);
    this.storage = storage;
    cluster = kubernetes.cluster();
    mirror = config.mirror().orElseThrow();
    if (config.kserve()) {
      kserve = Optional.of(installKServe());
    }
    config.sparkImage().ifPresent(image -> train(spark, image, executors));
  }

  /**
   * Serves all models through KServe; does nothing if it is not configured.
   *
   * @param image the server's image
   */
  void serve(String image) {
    kserve.ifPresent(
        controller -> {
          PodRole predictor = new PodRole(this, "Predictor", cluster, NAMESPACE, PREDICTOR);
          grantModels(predictor.role());
          KubernetesManifest service =
              manifest(
                  "InferenceService",
                  List.of(
                      serviceAccount(PREDICTOR),
                      InferenceService.document(
                          image, storage.bucket().s3UrlForObject(MODELS), NAMESPACE, PREDICTOR)));
          // Its finalizer is the controller's: without one the deletion would wait for ever.
          service.getNode().addDependency(controller, predictor);
        });
  }

  private HelmChart installKServe() {
    Addon certificates =
        Addon.Builder.create(this, "CertManager")
            .cluster(cluster)
            .addonName("cert-manager")
            .preserveOnDelete(false)
            .build();
    HelmChart types = chart("kserve-crd", "kserve/charts/kserve-crd", KSERVE, "kserve", Map.of());
    HelmChart controller =
        chart(
            "kserve",
            "kserve/charts/kserve-resources",
            KSERVE,
            "kserve",
            Map.of(
                "kserve",
                Map.of(
                    "agent",
                    Map.of("image", mirror + "/kserve/agent"),
                    "router",
                    Map.of("image", mirror + "/kserve/router"),
                    "storage",
                    Map.of("image", mirror + "/kserve/storage-initializer"),
                    "controller",
                    Map.of(
                        "deploymentMode",
                        "Standard",
                        "image",
                        mirror + "/kserve/kserve-controller",
                        "rbacProxyImage",
                        mirror + "/brancz/kube-rbac-proxy:v0.18.0",
                        // There is neither Istio nor a gateway; the service has an address inside.
                        "gateway",
                        Map.of("disableIngressCreation", true, "disableIstioVirtualHost", true)))));
    controller.getNode().addDependency(types, certificates);
    return controller;
  }

  private void train(SparkStack spark, String image, long executors) {
    HelmChart operator =
        chart(
            "spark-operator",
            "kubeflow/charts/spark-operator",
            SPARK_OPERATOR,
            "spark-operator",
            Map.of(
                "image",
                Map.of("registry", mirror),
                "spark",
                Map.of(
                    "jobNamespaces", List.of(NAMESPACE), "serviceAccount", Map.of("name", JOB))));
    PodRole job = new PodRole(this, "Job", cluster, NAMESPACE, JOB);
    spark.grantData(new JobPermissions(job.role()));
    storage.key().grantEncryptDecrypt(job.role());
    KubernetesManifest application =
        manifest(
            "SparkApplication",
            List.of(
                SparkApplication.document(
                    spark.train(), spark.properties(), image, executors, NAMESPACE, JOB)));
    application.getNode().addDependency(operator, job);
  }

  private void grantModels(Role role) {
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
            .conditions(Map.of("StringLike", Map.of("s3:prefix", List.of(MODELS, MODELS + "/*"))))
            .build());
  }

  private HelmChart chart(
      String release, String chart, String version, String namespace, Map<String, ?> values) {
    return HelmChart.Builder.create(this, release)
        .cluster(cluster)
        .release(release)
        .chart(chart.substring(chart.lastIndexOf('/') + 1))
        .repository("oci://" + mirror + "/" + chart)
        .version(version)
        .namespace(namespace)
        .values(SortedDocument.of(values))
        .wait(true)
        .atomic(true)
        .timeout(HELM_TIMEOUT)
        .build();
  }

  private KubernetesManifest manifest(String id, List<Map<String, Object>> documents) {
    return KubernetesManifest.Builder.create(this, id).cluster(cluster).manifest(documents).build();
  }

  private static Map<String, Object> serviceAccount(String name) {
    return SortedDocument.of(
        Map.of(
            "apiVersion",
            "v1",
            "kind",
            "ServiceAccount",
            "metadata",
            Map.of("name", name, "namespace", NAMESPACE),
            "automountServiceAccountToken",
            false));
  }
}
