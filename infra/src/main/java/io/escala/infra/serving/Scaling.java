package io.escala.infra.serving;

import static io.escala.infra.serving.ChartValue.MAX_REPLICAS;
import static io.escala.infra.serving.ChartValue.MIN_REPLICAS;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HPAScalingPolicy;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;

/** How many replicas there are: as many as the load needs, and never none of a sudden. */
final class Scaling {
  private Scaling() {}

  static HorizontalPodAutoscaler autoscaler() {
    return new HorizontalPodAutoscalerBuilder()
        .withMetadata(Labels.SERVER.metadata(Release.NAME))
        .withNewSpec()
        .withNewScaleTargetRef("apps/v1", "Deployment", Release.NAME)
        .withMinReplicas(MIN_REPLICAS.number())
        .withMaxReplicas(MAX_REPLICAS.number())
        .addNewMetric()
        .withType("Resource")
        .withNewResource()
        .withName("cpu")
        .withNewTarget()
        .withType("Utilization")
        .withAverageUtilization(60) // room for the traffic of a zone that fails
        .endTarget()
        .endResource()
        .endMetric()
        .withNewBehavior()
        // Up at once, doubling every quarter of a minute; down slowly, for the next peak may be
        // near
        .withNewScaleUp()
        .withStabilizationWindowSeconds(0)
        .withPolicies(new HPAScalingPolicy(15, "Percent", 100), new HPAScalingPolicy(15, "Pods", 2))
        .withSelectPolicy("Max")
        .endScaleUp()
        .withNewScaleDown()
        .withStabilizationWindowSeconds(300)
        .withPolicies(new HPAScalingPolicy(60, "Percent", 25))
        .withSelectPolicy("Max")
        .endScaleDown()
        .endBehavior()
        .endSpec()
        .build();
  }

  /** Machines come and go on Auto Mode; they take one pod with them at a time. */
  static PodDisruptionBudget disruptionBudget() {
    return new PodDisruptionBudgetBuilder()
        .withMetadata(Labels.SERVER.metadata(Release.NAME))
        .withNewSpec()
        .withMaxUnavailable(new IntOrString(1))
        .withSelector(new LabelSelectorBuilder().withMatchLabels(Labels.SERVER.selector()).build())
        // A pod that is not ready anyway may go: otherwise it could keep a machine for ever
        .withUnhealthyPodEvictionPolicy("AlwaysAllow")
        .endSpec()
        .build();
  }
}
