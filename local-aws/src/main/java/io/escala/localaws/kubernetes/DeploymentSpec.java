package io.escala.localaws.kubernetes;

import io.escala.localaws.cloudformation.ResourceProperties;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A Deployment as its document describes it.
 *
 * @param replicas empty when an autoscaler owns the number
 * @param recreate whether the old pods go before new ones come
 * @param maxSurge how many pods more than the replicas a rollout may run
 * @param maxUnavailable how many fewer it may have available
 * @param minReady how long a pod must be ready to count as available
 * @param progressDeadline how long a rollout may stand still
 * @param history how many old revisions are kept
 */
record DeploymentSpec(
    String namespace,
    String name,
    Optional<Integer> replicas,
    Map<String, String> selector,
    boolean recreate,
    IntOrPercent maxSurge,
    IntOrPercent maxUnavailable,
    Duration minReady,
    Duration progressDeadline,
    int history,
    PodTemplate template) {

  static DeploymentSpec of(KubernetesObject object) {
    ResourceProperties fields = object.fields();
    ResourceProperties spec = object.spec(fields);
    ResourceProperties template =
        spec.object("template")
            .orElseThrow(() -> new IllegalArgumentException(spec.at() + " has no template"));
    PodTemplate pods = PodTemplate.of(template, object.json().path("spec").path("template"));
    if (!pods.restartPolicy().equals("Always")) {
      throw new IllegalArgumentException(
          template.at() + " has restartPolicy " + pods.restartPolicy() + ", but must have Always");
    }
    Map<String, String> selector = Selectors.matchLabels(spec, "selector");
    if (selector.isEmpty() || !Selectors.match(selector, pods.labels())) {
      throw new IllegalArgumentException(
          spec.at()
              + ".selector "
              + selector
              + " does not match the labels of its template, "
              + pods.labels());
    }
    Optional<ResourceProperties> strategy = spec.object("strategy");
    String type = strategy.flatMap(s -> s.text("type")).orElse("RollingUpdate");
    if (!type.equals("RollingUpdate") && !type.equals("Recreate")) {
      throw new IllegalArgumentException(
          spec.at() + ".strategy.type is " + type + ", but must be RollingUpdate or Recreate");
    }
    Optional<ResourceProperties> rolling = strategy.flatMap(s -> s.object("rollingUpdate"));
    DeploymentSpec deployment =
        new DeploymentSpec(
            object.namespace(),
            object.name(),
            spec.integer("replicas"),
            selector,
            type.equals("Recreate"),
            share(rolling, "maxSurge"),
            share(rolling, "maxUnavailable"),
            Duration.ofSeconds(spec.integer("minReadySeconds").orElse(0)),
            Duration.ofSeconds(spec.integer("progressDeadlineSeconds").orElse(600)),
            spec.integer("revisionHistoryLimit").orElse(10),
            pods);
    fields.requireAllRead();
    return deployment;
  }

  private static IntOrPercent share(Optional<ResourceProperties> rolling, String name) {
    return rolling
        .flatMap(r -> r.text(name).map(text -> IntOrPercent.of(text, r.at() + "." + name)))
        .orElse(new IntOrPercent(25, true));
  }

  /** How many pods a rollout may run at once. */
  int most(int replicas) {
    return replicas + maxSurge.roundedUp(replicas);
  }

  /** How many must be available all the time. A rollout that may do neither could not begin. */
  int least(int replicas) {
    int down = maxUnavailable.roundedDown(replicas);
    if (down == 0 && maxSurge.roundedUp(replicas) == 0) {
      down = 1;
    }
    return Math.max(0, replicas - down);
  }

  DeploymentSpec with(PodTemplate other) {
    return new DeploymentSpec(
        namespace,
        name,
        replicas,
        selector,
        recreate,
        maxSurge,
        maxUnavailable,
        minReady,
        progressDeadline,
        history,
        other);
  }
}
