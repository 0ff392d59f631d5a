package io.escala.infra;

import java.util.Map;

/**
 * A run of the job for the Kubeflow Spark Operator: the jar and the arguments of the EMR step.
 *
 * @see <a href="https://github.com/kubeflow/spark-operator/blob/master/docs/api-docs.md">its
 *     fields</a>
 */
final class SparkApplication {
  private SparkApplication() {}

  /**
   * @param step what EMR would run
   * @param properties what Spark is told beside
   * @param image Spark 4.1 with the Hadoop module for S3
   * @param executors how many executors compute
   * @param serviceAccount may start pods in the namespace, and read and write the data
   */
  static Map<String, Object> document(
      SparkJobStep step,
      Map<String, String> properties,
      String image,
      long executors,
      String namespace,
      String serviceAccount) {
    return SortedDocument.of(
        Map.of(
            "apiVersion",
            "sparkoperator.k8s.io/v1beta2",
            "kind",
            "SparkApplication",
            "metadata",
            Map.of("name", "escala-" + step.name(), "namespace", namespace),
            "spec",
            Map.ofEntries(
                Map.entry("type", "Java"),
                Map.entry("mode", "cluster"),
                Map.entry("sparkVersion", "4.1.1"),
                Map.entry("image", image),
                Map.entry("imagePullPolicy", "IfNotPresent"),
                Map.entry("mainClass", SparkJobStep.MAIN_CLASS),
                Map.entry("mainApplicationFile", step.jar()),
                Map.entry("arguments", step.jobArguments()),
                Map.entry("sparkConf", properties),
                // On EMR s3:// is EMRFS; elsewhere it is nothing, and S3A answers to s3a:// alone.
                Map.entry(
                    "hadoopConf",
                    Map.of(
                        "fs.s3.impl",
                        "org.apache.hadoop.fs.s3a.S3AFileSystem",
                        // Of the pod, as Pod Identity gives them.
                        "fs.s3a.aws.credentials.provider",
                        "org.apache.hadoop.fs.s3a.auth.IAMInstanceCredentialsProvider")),
                Map.entry(
                    "restartPolicy",
                    Map.of(
                        "type",
                        "OnFailure",
                        "onFailureRetries",
                        3,
                        "onFailureRetryInterval",
                        60,
                        "onSubmissionFailureRetries",
                        3,
                        "onSubmissionFailureRetryInterval",
                        20)),
                Map.entry(
                    "driver", Map.of("cores", 1, "memory", "2g", "serviceAccount", serviceAccount)),
                Map.entry(
                    "executor",
                    Map.of(
                        "cores",
                        2,
                        "memory",
                        "4g",
                        "instances",
                        executors,
                        // Executors read and write S3 themselves.
                        "serviceAccount",
                        serviceAccount)))));
  }
}
