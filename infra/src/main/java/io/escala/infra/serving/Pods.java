package io.escala.infra.serving;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.List;

/** What all pods have in common: as few rights as the profile "restricted" asks for, or fewer. */
final class Pods {
  /** Where the image has the models that it brings. */
  static final String MODELS_FOLDER = "/app/models";

  /** Whoever it is, it is not root; the image's files need no owner. */
  private static final long USER = 10_001;

  private Pods() {}

  static PodSpecBuilder restricted(PodSpecBuilder pod, Container container) {
    return pod.withServiceAccountName(Release.SERVICE_ACCOUNT)
        // Nothing here talks to Kubernetes. The token for Pod Identity is another one.
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withNewSecurityContext()
        .withRunAsNonRoot(true)
        .withRunAsUser(USER)
        .withRunAsGroup(USER)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        .withContainers(container)
        .addNewVolume()
        .withName("tmp")
        .withNewEmptyDir()
        .withSizeLimit(new Quantity("64Mi"))
        .endEmptyDir()
        .endVolume();
  }

  static ContainerBuilder restricted(ContainerBuilder container) {
    return container
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        // Of a pod that failed, this is what `kubectl describe pod` says.
        .withTerminationMessagePolicy("FallbackToLogsOnError")
        .addNewVolumeMount()
        .withName("tmp")
        .withMountPath("/tmp")
        .endVolumeMount();
  }

  /** Arguments of the image's program, and those that say which models to use. */
  static List<String> withModels(List<String> arguments) {
    List<String> all = new ArrayList<>(arguments);
    all.add("--models=" + MODELS_FOLDER);
    all.add("--models=" + ChartValue.MODELS_URI.text());
    all.add("--model=" + ChartValue.MODELS.text());
    return List.copyOf(all);
  }

  static EnvVar region() {
    return new EnvVar("AWS_REGION", ChartValue.REGION.text(), null);
  }
}
