package io.escala.infra.serving;

import static io.escala.infra.serving.ChartValue.IMAGE;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.util.List;
import java.util.Map;

/**
 * Two Jobs that Helm runs as hooks of a release: one that fails fails the release, and Helm returns
 * to the last good one. A Job that failed stays until the next release, so that its log can be
 * read; one that did well is deleted.
 */
final class Checks {
  private Checks() {}

  /**
   * Before an upgrade: the new image opens the new models. A version that is not in the bucket or
   * an image that does not start ends the release within its time limit, and no pod was touched.
   * Not before the first install, which has no service account yet, and no machine either.
   */
  static Job verify() {
    return job(Labels.VERIFY, "pre-upgrade", List.of("verify"));
  }

  /** After it: each new pod answers the golden rows as training did. */
  static Job smoke() {
    return job(
        Labels.SMOKE,
        "post-install,post-upgrade",
        List.of(
            "smoke",
            "--url=http://" + Access.PODS + ":" + Server.PORT,
            "--every-address",
            "--timeout=60"));
  }

  private static Job job(Labels labels, String hook, List<String> arguments) {
    return new JobBuilder()
        .withMetadata(
            new ObjectMetaBuilder(labels.metadata(labels.objectName()))
                .withAnnotations(
                    Map.of(
                        "helm.sh/hook",
                        hook,
                        "helm.sh/hook-delete-policy",
                        "before-hook-creation,hook-succeeded"))
                .build())
        .withNewSpec()
        .withBackoffLimit(1) // a machine may go away under it
        .withActiveDeadlineSeconds(90L)
        .withNewTemplate()
        .withMetadata(new ObjectMetaBuilder().withLabels(labels.all()).build())
        .withSpec(
            Pods.restricted(new PodSpecBuilder(), container(arguments))
                .withRestartPolicy("Never")
                .build())
        .endTemplate()
        .endSpec()
        .build();
  }

  private static Container container(List<String> arguments) {
    return Pods.restricted(new ContainerBuilder().withName("check"))
        .withImage(IMAGE.text())
        .withArgs(Pods.withModels(arguments))
        .withEnv(Pods.region())
        .withNewResources()
        .addToRequests("cpu", new Quantity("250m"))
        .addToRequests("memory", new Quantity("512Mi"))
        .addToLimits("memory", new Quantity("512Mi"))
        .endResources()
        .build();
  }
}
