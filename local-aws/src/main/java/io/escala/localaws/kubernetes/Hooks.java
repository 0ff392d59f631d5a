package io.escala.localaws.kubernetes;

import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Documents of a release that are not its own but run around it.
 *
 * @see <a href="https://helm.sh/docs/topics/charts_hooks/">Chart hooks</a>
 */
final class Hooks {
  private static final String HOOK = "helm.sh/hook";
  private static final String WEIGHT = "helm.sh/hook-weight";
  private static final Set<String> EVENTS =
      Set.of(
          "pre-install",
          "post-install",
          "pre-upgrade",
          "post-upgrade",
          "pre-rollback",
          "post-rollback",
          "test");

  private final List<KubernetesObject> hooks;
  private final LocalCluster cluster;

  /**
   * @throws IllegalArgumentException when a hook has an event or is of a kind that is not handled
   */
  Hooks(List<KubernetesObject> all, LocalCluster cluster) {
    this.hooks =
        all.stream()
            .filter(Hooks::isHook)
            .sorted(Comparator.comparingInt(Hooks::weight).thenComparing(KubernetesObject::name))
            .toList();
    this.cluster = cluster;
    for (KubernetesObject hook : hooks) {
      for (String event : events(hook)) {
        if (!EVENTS.contains(event)) {
          throw new IllegalArgumentException(
              "%s %s is a %s hook, which local-aws does not run"
                  .formatted(hook.kind(), hook.name(), event));
        }
      }
      if (hook.kind().equals("Job")) {
        JobSpec unused = JobSpec.of(hook);
      } else {
        Kinds.check(hook);
      }
    }
  }

  static boolean isHook(KubernetesObject object) {
    return object.annotations().containsKey(HOOK);
  }

  private static List<String> events(KubernetesObject hook) {
    return Arrays.stream(hook.annotations().get(HOOK).split(",")).map(String::strip).toList();
  }

  private static int weight(KubernetesObject hook) {
    return Integer.parseInt(hook.annotations().getOrDefault(WEIGHT, "0"));
  }

  /** Runs those of an event, one after another. */
  void run(String event, Duration limit) throws InterruptedException {
    for (KubernetesObject hook : hooks) {
      if (events(hook).contains(event)) {
        if (hook.kind().equals("Job")) {
          cluster.runJob(hook, limit);
        } else {
          cluster.apply(List.of(hook));
        }
      }
    }
  }
}
