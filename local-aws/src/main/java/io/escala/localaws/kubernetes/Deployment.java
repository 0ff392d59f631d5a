package io.escala.localaws.kubernetes;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A Deployment and its controller: it moves the pods towards what is wanted, never with more or
 * fewer of them than a rollout may have. Only the cluster's controller thread touches it.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/">Deployments</a>
 */
final class Deployment {
  private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final PodHost host;
  private final List<ReplicaSet> replicaSets = new ArrayList<>();
  private DeploymentSpec spec;
  private int replicas;
  private long progressed = System.nanoTime();
  private List<Integer> counted = List.of();
  private boolean deleted;

  Deployment(DeploymentSpec spec, int replicas, PodHost host) {
    this.host = host;
    this.spec = spec;
    this.replicas = replicas;
    current();
  }

  DeploymentSpec spec() {
    return spec;
  }

  KubernetesObject.Id id() {
    return new KubernetesObject.Id("Deployment", spec.namespace(), spec.name());
  }

  int replicas() {
    return replicas;
  }

  List<ReplicaSet> replicaSets() {
    return replicaSets;
  }

  List<Pod> pods() {
    return replicaSets.stream().flatMap(set -> set.pods().stream()).toList();
  }

  void apply(DeploymentSpec now) {
    spec = now;
    current();
  }

  void scale(int number) {
    if (number != replicas) {
      replicas = number;
      progressed = System.nanoTime();
    }
  }

  /** Goes back to an older revision's template, which becomes the newest revision. */
  void undo(int revision) {
    ReplicaSet old =
        replicaSets.stream()
            .filter(set -> set.revision() == revision)
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "Deployment %s/%s has no revision %d; it has %s"
                            .formatted(
                                spec.namespace(),
                                spec.name(),
                                revision,
                                replicaSets.stream().map(ReplicaSet::revision).sorted().toList())));
    apply(spec.with(old.template()));
  }

  /** The revision before the current one. */
  Optional<Integer> previous() {
    int current = current().revision();
    return replicaSets.stream()
        .map(ReplicaSet::revision)
        .filter(revision -> revision < current)
        .max(Comparator.naturalOrder());
  }

  void delete() {
    deleted = true;
    replicas = 0;
  }

  boolean isGone() {
    return deleted && pods().isEmpty();
  }

  /** The replica set of the current template; made, or made the newest revision, if it is not. */
  private ReplicaSet current() {
    int newest = replicaSets.stream().mapToInt(ReplicaSet::revision).max().orElse(0);
    ReplicaSet set =
        replicaSets.stream()
            .filter(s -> s.template().hash().equals(spec.template().hash()))
            .findFirst()
            .orElse(null);
    if (set == null) {
      set = new ReplicaSet(spec.template(), newest + 1);
      replicaSets.add(set);
      progressed = System.nanoTime();
    } else if (set.revision() < newest) {
      set.revision(newest + 1);
      progressed = System.nanoTime();
    }
    return set;
  }

  private List<ReplicaSet> old(ReplicaSet current) {
    return replicaSets.stream()
        .filter(set -> set != current)
        .sorted(Comparator.comparingInt(ReplicaSet::revision))
        .toList();
  }

  /**
   * One step: starts pods that are missing.
   *
   * @return pods that must stop, already no endpoints any more
   */
  List<Pod> reconcile() {
    replicaSets.forEach(ReplicaSet::forgetGone);
    ReplicaSet current = current();
    List<ReplicaSet> old = old(current);
    if (deleted) {
      replicaSets.forEach(set -> set.desired(0));
    } else if (spec.recreate()) {
      old.forEach(set -> set.desired(0));
      if (old.stream().allMatch(set -> set.pods().isEmpty())) {
        current.desired(replicas);
      }
    } else {
      scaleUp(current, old);
      scaleDown(current, old);
    }
    noteProgress(current, old);
    List<Pod> surplus = new ArrayList<>();
    for (ReplicaSet set : replicaSets) {
      surplus.addAll(set.surplus());
      for (int missing = set.desired() - set.active(); missing > 0; missing--) {
        set.pods().add(startPod(set));
      }
    }
    surplus.forEach(Pod::markTerminating);
    forgetHistory(old);
    return surplus;
  }

  private void scaleUp(ReplicaSet current, List<ReplicaSet> old) {
    if (current.desired() > replicas || old.stream().allMatch(set -> set.desired() == 0)) {
      current.desired(replicas);
      return;
    }
    int total = current.desired() + old.stream().mapToInt(ReplicaSet::desired).sum();
    int room = Math.max(0, spec.most(replicas) - total);
    current.desired(current.desired() + Math.min(room, replicas - current.desired()));
  }

  /** Old pods that are not healthy go first, then as many as those available allow. */
  private void scaleDown(ReplicaSet current, List<ReplicaSet> old) {
    int least = spec.least(replicas);
    int total = current.desired() + old.stream().mapToInt(ReplicaSet::desired).sum();
    int newNotAvailable = current.desired() - current.available(spec.minReady());
    int most = total - least - newNotAvailable;
    for (ReplicaSet set : old) {
      int notAvailable = set.desired() - Math.min(set.desired(), set.available(spec.minReady()));
      int down = Math.max(0, Math.min(most, notAvailable));
      set.desired(set.desired() - down);
      most -= down;
    }
    int available =
        current.available(spec.minReady())
            + old.stream()
                .mapToInt(set -> Math.min(set.desired(), set.available(spec.minReady())))
                .sum();
    int spare = available - least;
    for (ReplicaSet set : old) {
      int down = Math.max(0, Math.min(spare, set.desired()));
      set.desired(set.desired() - down);
      spare -= down;
    }
  }

  private void noteProgress(ReplicaSet current, List<ReplicaSet> old) {
    List<Integer> now =
        List.of(
            current.active(),
            current.available(spec.minReady()),
            old.stream().mapToInt(ReplicaSet::active).sum(),
            current.revision());
    if (!now.equals(counted)) {
      counted = now;
      progressed = System.nanoTime();
    }
  }

  private void forgetHistory(List<ReplicaSet> old) {
    List<ReplicaSet> empty =
        old.stream().filter(set -> set.desired() == 0 && set.pods().isEmpty()).toList();
    replicaSets.removeAll(empty.subList(0, Math.max(0, empty.size() - spec.history())));
  }

  private Pod startPod(ReplicaSet set) {
    StringBuilder suffix = new StringBuilder();
    for (int i = 0; i < 5; i++) {
      suffix.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
    }
    Pod pod =
        new Pod(
            spec.namespace(),
            spec.name() + "-" + set.template().hash() + "-" + suffix,
            set.template(),
            host);
    pod.start();
    return pod;
  }

  Rollout rollout() {
    ReplicaSet current = current();
    List<ReplicaSet> old = old(current);
    Rollout rollout =
        new Rollout(
            spec.namespace(),
            spec.name(),
            current.revision(),
            replicas,
            current.active(),
            replicaSets.stream().mapToInt(ReplicaSet::ready).sum(),
            replicaSets.stream().mapToInt(set -> set.available(spec.minReady())).sum(),
            old.stream().mapToInt(ReplicaSet::active).sum(),
            Optional.empty());
    boolean late = System.nanoTime() - progressed > spec.progressDeadline().toNanos();
    return rollout.complete() || !late ? rollout : stuck(rollout, current);
  }

  private Rollout stuck(Rollout rollout, ReplicaSet current) {
    String why =
        "no progress for "
            + spec.progressDeadline().toSeconds()
            + " s (progressDeadlineSeconds)"
            + trouble(current).map(text -> ": " + text).orElse("");
    return new Rollout(
        rollout.namespace(),
        rollout.deployment(),
        rollout.revision(),
        rollout.replicas(),
        rollout.updated(),
        rollout.ready(),
        rollout.available(),
        rollout.old(),
        Optional.of(why));
  }

  /** What keeps a pod of the newest revision from being ready. */
  Optional<String> trouble() {
    return trouble(current());
  }

  private static Optional<String> trouble(ReplicaSet set) {
    return set.pods().stream()
        .filter(pod -> !pod.isTerminating() && !pod.isReady())
        .filter(pod -> !pod.state().message().isEmpty())
        .findFirst()
        .map(pod -> "pod " + pod.name() + ": " + pod.state().message());
  }
}
