package io.escala.localaws.kubernetes;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** The pods of one revision of a Deployment. Only the controller's thread touches it. */
final class ReplicaSet {
  private final PodTemplate template;
  private final List<Pod> pods = new ArrayList<>();
  private int revision;
  private int desired;

  ReplicaSet(PodTemplate template, int revision) {
    this.template = template;
    this.revision = revision;
  }

  PodTemplate template() {
    return template;
  }

  int revision() {
    return revision;
  }

  void revision(int number) {
    revision = number;
  }

  int desired() {
    return desired;
  }

  void desired(int number) {
    desired = Math.max(0, number);
  }

  List<Pod> pods() {
    return pods;
  }

  /** Those that were not told to stop. */
  int active() {
    return count(pod -> true);
  }

  int ready() {
    return count(Pod::isReady);
  }

  int available(Duration minReady) {
    return count(pod -> pod.isAvailable(minReady));
  }

  private int count(Predicate<Pod> which) {
    return (int) pods.stream().filter(pod -> !pod.isTerminating()).filter(which).count();
  }

  void forgetGone() {
    pods.removeIf(pod -> pod.gone().isDone());
  }

  /** The pods that are too many, those that are missed least first: not ready ones, young ones. */
  List<Pod> surplus() {
    return pods.stream()
        .filter(pod -> !pod.isTerminating())
        .sorted(
            Comparator.comparing(Pod::isReady)
                .thenComparing(Pod::created, Comparator.reverseOrder()))
        .limit(Math.max(0, active() - desired))
        .toList();
  }
}
