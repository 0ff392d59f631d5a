package io.escala.localaws.kubernetes;

import io.escala.localaws.cloudformation.ResourceProperties;

/**
 * A HorizontalPodAutoscaler as its document describes it.
 *
 * @param deployment the name of the Deployment that it scales
 * @param min replicas at least
 * @param max replicas at most
 */
record AutoscalerSpec(String namespace, String name, String deployment, int min, int max) {
  AutoscalerSpec {
    if (min < 1 || max < min) {
      throw new IllegalArgumentException(
          "the autoscaler "
              + name
              + " has minReplicas "
              + min
              + " and maxReplicas "
              + max
              + ", but must have 1 <= minReplicas <= maxReplicas");
    }
  }

  static AutoscalerSpec of(KubernetesObject object) {
    ResourceProperties fields = object.fields();
    ResourceProperties spec = object.spec(fields);
    ResourceProperties target =
        spec.object("scaleTargetRef")
            .orElseThrow(() -> new IllegalArgumentException(spec.at() + " has no scaleTargetRef"));
    target.recorded("apiVersion");
    if (!target.requireText("kind").equals("Deployment")) {
      throw new IllegalArgumentException(target.at() + " must be a Deployment");
    }
    // The bounds hold here; what moves between them is the command, not the load
    spec.recorded("metrics", "behavior");
    AutoscalerSpec autoscaler =
        new AutoscalerSpec(
            object.namespace(),
            object.name(),
            target.requireText("name"),
            spec.integer("minReplicas").orElse(1),
            spec.integer("maxReplicas")
                .orElseThrow(
                    () -> new IllegalArgumentException(spec.at() + " has no maxReplicas")));
    fields.requireAllRead();
    return autoscaler;
  }

  int clamp(int replicas) {
    return Math.max(min, Math.min(max, replicas));
  }

  AutoscalerSpec between(int newMin, int newMax) {
    return new AutoscalerSpec(namespace, name, deployment, newMin, newMax);
  }
}
