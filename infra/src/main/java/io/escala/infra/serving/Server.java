package io.escala.infra.serving;

import static io.escala.infra.serving.ChartValue.CPU;
import static io.escala.infra.serving.ChartValue.IMAGE;
import static io.escala.infra.serving.ChartValue.MEMORY;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.List;
import java.util.Map;

/** The replicas: what a pod runs, and how one set of pods takes the place of another. */
final class Server {
  static final int PORT = 8080;
  static final String PORT_NAME = "http";

  /** Time for the load balancer to notice that a pod is going, before the pod itself is told. */
  private static final long SLEEP_SECONDS = 20;

  private static final int DRAIN_DELAY_SECONDS = 5;
  private static final int DRAIN_LIMIT_SECONDS = 20;

  /** What sleep and drain take, and time to close the models. */
  private static final long GRACE_SECONDS =
      SLEEP_SECONDS + DRAIN_DELAY_SECONDS + DRAIN_LIMIT_SECONDS + 15;

  private Server() {}

  static Deployment deployment() {
    Labels labels = Labels.SERVER;
    return new DeploymentBuilder()
        .withMetadata(labels.metadata(Release.NAME))
        .withNewSpec()
        // No replicas: their number is the autoscaler's, and each upgrade would reset it.
        .withRevisionHistoryLimit(5)
        .withMinReadySeconds(20) // the load balancer's first two checks, and time to register
        .withProgressDeadlineSeconds(240) // less than Helm waits, so that Helm hears of it
        .withSelector(new LabelSelectorBuilder().withMatchLabels(labels.selector()).build())
        .withNewStrategy()
        .withType("RollingUpdate")
        .withNewRollingUpdate()
        .withMaxSurge(new IntOrString("25%"))
        .withMaxUnavailable(new IntOrString(0))
        .endRollingUpdate()
        .endStrategy()
        .withNewTemplate()
        .withMetadata(
            new ObjectMetaBuilder()
                .withLabels(labels.all())
                .withAnnotations(
                    Map.of(
                        "prometheus.io/scrape", "true",
                        "prometheus.io/port", String.valueOf(PORT),
                        "prometheus.io/path", "/metrics"))
                .build())
        .withSpec(
            Pods.restricted(new PodSpecBuilder(), container())
                .withTerminationGracePeriodSeconds(GRACE_SECONDS)
                .withTopologySpreadConstraints(
                    spread("topology.kubernetes.io/zone", "DoNotSchedule"),
                    spread("kubernetes.io/hostname", "ScheduleAnyway"))
                .build())
        .endTemplate()
        .endSpec()
        .build();
  }

  private static Container container() {
    return Pods.restricted(
            // The name that KServe looks for: this container is a predictor of its as it stands.
            new ContainerBuilder().withName("kserve-container"))
        .withImage(IMAGE.text())
        .withArgs(
            Pods.withModels(
                List.of(
                    "--host=0.0.0.0",
                    "--port=" + PORT,
                    "--wait",
                    "--drain-delay=" + DRAIN_DELAY_SECONDS,
                    "--drain-limit=" + DRAIN_LIMIT_SECONDS)))
        .withEnv(environment())
        .addNewPort()
        .withName(PORT_NAME)
        .withContainerPort(PORT)
        .endPort()
        .withNewResources()
        .addToRequests("cpu", new Quantity(CPU.text()))
        .addToRequests("memory", new Quantity(MEMORY.text()))
        // None for the processor: a limit stops the process for the rest of each tenth of a second
        // in which it worked hard, a start most of all.
        .addToLimits("memory", new Quantity(MEMORY.text()))
        .endResources()
        .withStartupProbe(probe("/v2/health/ready", 2, 60))
        .withReadinessProbe(probe("/v2/health/ready", 5, 2))
        // Only whether the process answers: a model or a bucket that is missing is no reason to
        // kill
        .withLivenessProbe(probe("/v2/health/live", 10, 3))
        .withNewLifecycle()
        .withNewPreStop()
        .withNewSleep(SLEEP_SECONDS)
        .endPreStop()
        .endLifecycle()
        .build();
  }

  private static List<EnvVar> environment() {
    return List.of(
        new EnvVarBuilder()
            .withName("CPU_REQUEST")
            .withNewValueFrom()
            .withNewResourceFieldRef()
            .withResource("requests.cpu")
            .withDivisor(new Quantity("1")) // rounds up
            .endResourceFieldRef()
            .endValueFrom()
            .build(),
        // Without a limit Java counts the machine's processors. The image has the other flags.
        new EnvVar("JDK_JAVA_OPTIONS", "-XX:ActiveProcessorCount=$(CPU_REQUEST)", null),
        Pods.region());
  }

  private static Probe probe(String path, int periodSeconds, int failures) {
    return new ProbeBuilder()
        .withNewHttpGet()
        .withPath(path)
        .withPort(new IntOrString(PORT_NAME))
        .endHttpGet()
        .withPeriodSeconds(periodSeconds)
        .withTimeoutSeconds(2)
        .withFailureThreshold(failures)
        .build();
  }

  private static TopologySpreadConstraint spread(String over, String otherwise) {
    return new TopologySpreadConstraintBuilder()
        .withMaxSkew(1)
        .withTopologyKey(over)
        .withWhenUnsatisfiable(otherwise)
        .withLabelSelector(
            new LabelSelectorBuilder().withMatchLabels(Labels.SERVER.selector()).build())
        // Among the pods of one version: those of the version before are about to go
        .withMatchLabelKeys("pod-template-hash")
        .build();
  }
}
