package io.escala.localaws.kubernetes;

import io.escala.localaws.state.StateFolder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Rendered Helm releases and their history, as {@code helm upgrade --install --wait --atomic} makes
 * them: applied, waited for, tried by their hooks, and set back to the last good revision when
 * anything of that fails.
 */
public final class Releases {
  private static final int HISTORY = 10;

  private final LocalCluster cluster;
  private final StateFolder state;
  private final String folder;

  /**
   * @param folder of the state, for example {@code kubernetes/escala}
   */
  public Releases(LocalCluster cluster, StateFolder state, String folder) {
    this.cluster = cluster;
    this.state = state;
    this.folder = folder + "/releases";
  }

  /**
   * One revision.
   *
   * @param status {@code deployed}, {@code superseded} or {@code failed}
   * @param manifest its documents as YAML, hooks included
   * @param description why it is as it is
   * @param updated ISO 8601
   */
  public record Revision(
      int number, String status, String manifest, String description, String updated) {
    Revision with(String newStatus, String newDescription) {
      return new Revision(number, newStatus, manifest, newDescription, Instant.now().toString());
    }
  }

  /**
   * A release.
   *
   * @param revisions oldest first
   */
  public record Release(String namespace, String name, List<Revision> revisions) {
    public Release {
      revisions = List.copyOf(revisions);
    }

    /** The revision that runs. */
    public Optional<Revision> deployed() {
      return revisions.stream()
          .filter(revision -> revision.status().equals("deployed"))
          .max(Comparator.comparingInt(Revision::number));
    }

    int next() {
      return revisions.stream().mapToInt(Revision::number).max().orElse(0) + 1;
    }
  }

  /** A release did not succeed; the message says why, and what runs now. */
  public static final class ReleaseFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    ReleaseFailed(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** All releases. */
  public List<Release> all() {
    return state.loadAll(folder, Release.class);
  }

  public Optional<Release> find(String namespace, String name) {
    return state.load(file(namespace, name), Release.class);
  }

  private String file(String namespace, String name) {
    return folder + "/" + namespace + "." + name + ".json";
  }

  /** Applies what was deployed when the endpoint stopped. */
  public void recover() {
    for (Release release : all()) {
      release
          .deployed()
          .ifPresent(revision -> cluster.apply(objects(release.namespace(), revision.manifest())));
    }
  }

  /**
   * Installs or upgrades.
   *
   * @param manifest rendered YAML, hooks included
   * @param atomic whether a failure brings the last good revision back, or removes a first one
   * @param limit for the rollout, and for each hook
   * @return the number of the new revision
   * @throws ReleaseFailed when a document is refused, a rollout is not complete in time, or a hook
   *     fails
   */
  public synchronized int upgrade(
      String namespace, String name, String manifest, boolean atomic, Duration limit)
      throws InterruptedException {
    Release before = find(namespace, name).orElse(new Release(namespace, name, List.of()));
    Optional<Revision> good = before.deployed();
    Revision next =
        new Revision(before.next(), "pending", manifest, "in progress", Instant.now().toString());
    save(before, next);
    try {
      roll(namespace, good, next, good.isEmpty() ? "install" : "upgrade", limit);
    } catch (RuntimeException e) {
      String ending =
          atomic
              ? rollBack(namespace, name, good, next, limit)
              : "it stays as it is: the release is not atomic";
      save(find(namespace, name).orElse(before), next.with("failed", e.getMessage()));
      throw new ReleaseFailed(
          "release %s revision %d failed: %s; %s"
              .formatted(name, next.number(), e.getMessage(), ending),
          e);
    }
    succeed(
        namespace,
        name,
        next.with("deployed", good.isEmpty() ? "Install complete" : "Upgrade complete"));
    return next.number();
  }

  /**
   * Goes back to an earlier revision, as {@code helm rollback} does.
   *
   * @param to its number; empty for the last one before the current that was deployed
   * @return the number of the new revision, which is a copy of the earlier one
   */
  public synchronized int rollback(
      String namespace, String name, Optional<Integer> to, Duration limit)
      throws InterruptedException {
    Release release =
        find(namespace, name)
            .orElseThrow(
                () ->
                    new IllegalArgumentException("there is no release " + namespace + "/" + name));
    Revision target =
        release.revisions().stream()
            .filter(
                revision ->
                    to.map(number -> number == revision.number())
                        .orElse(revision.status().equals("superseded")))
            .max(Comparator.comparingInt(Revision::number))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "release %s/%s has no %s; it has %s"
                            .formatted(
                                namespace,
                                name,
                                to.map(number -> "revision " + number)
                                    .orElse("earlier revision that was deployed"),
                                release.revisions().stream().map(Revision::number).toList())));
    Revision next =
        new Revision(
            release.next(),
            "pending",
            target.manifest(),
            "Rollback to " + target.number(),
            Instant.now().toString());
    save(release, next);
    try {
      roll(namespace, release.deployed(), next, "rollback", limit);
    } catch (RuntimeException e) {
      save(find(namespace, name).orElse(release), next.with("failed", e.getMessage()));
      throw new ReleaseFailed(
          "rollback of %s to revision %d failed: %s"
              .formatted(name, target.number(), e.getMessage()),
          e);
    }
    succeed(namespace, name, next.with("deployed", "Rollback to " + target.number()));
    return next.number();
  }

  /** Removes a release and all that it made. */
  public synchronized void uninstall(String namespace, String name, Duration limit)
      throws InterruptedException {
    Optional<Release> release = find(namespace, name);
    if (release.isPresent()) {
      Set<KubernetesObject.Id> ids = new LinkedHashSet<>();
      for (Revision revision : release.get().revisions()) {
        objects(namespace, revision.manifest()).forEach(object -> ids.add(object.id()));
      }
      cluster.delete(List.copyOf(ids));
      cluster.awaitGone(ids, limit);
      state.delete(file(namespace, name));
    }
  }

  /** Hooks before, the documents, the wait, hooks after. */
  private void roll(
      String namespace, Optional<Revision> from, Revision to, String verb, Duration limit)
      throws InterruptedException {
    List<KubernetesObject> all = KubernetesObject.read(to.manifest(), namespace);
    List<KubernetesObject> objects = objects(namespace, to.manifest());
    objects.forEach(Kinds::check);
    Hooks hooks = new Hooks(all, cluster);
    hooks.run("pre-" + verb, limit);
    cluster.apply(objects);
    from.ifPresent(revision -> removeWhatIsNoMore(namespace, revision, objects));
    for (KubernetesObject object : objects) {
      if (object.kind().equals("Deployment")) {
        Rollout unused = cluster.awaitRollout(object.namespace(), object.name(), limit);
      }
    }
    hooks.run("post-" + verb, limit);
  }

  private void removeWhatIsNoMore(
      String namespace, Revision from, List<KubernetesObject> remaining) {
    List<KubernetesObject.Id> ids =
        new ArrayList<>(
            objects(namespace, from.manifest()).stream().map(KubernetesObject::id).toList());
    ids.removeAll(remaining.stream().map(KubernetesObject::id).toList());
    cluster.delete(ids);
  }

  private String rollBack(
      String namespace, String name, Optional<Revision> good, Revision failed, Duration limit)
      throws InterruptedException {
    List<KubernetesObject> tried;
    try {
      tried = objects(namespace, failed.manifest());
    } catch (IllegalArgumentException e) {
      return "nothing was applied";
    }
    if (good.isEmpty()) {
      List<KubernetesObject.Id> ids = tried.stream().map(KubernetesObject::id).toList();
      cluster.delete(ids);
      cluster.awaitGone(ids, limit);
      return "it was the first one and is removed again";
    }
    try {
      roll(namespace, Optional.of(failed), good.get(), "rollback", limit);
      return "rolled back to revision " + good.get().number();
    } catch (RuntimeException e) {
      return "the rollback to revision "
          + good.get().number()
          + " failed as well: "
          + e.getMessage()
          + " ("
          + name
          + ")";
    }
  }

  private static List<KubernetesObject> objects(String namespace, String manifest) {
    return KubernetesObject.read(manifest, namespace).stream()
        .filter(object -> !Hooks.isHook(object))
        .toList();
  }

  private void succeed(String namespace, String name, Revision revision) {
    Release release = find(namespace, name).orElseThrow();
    List<Revision> others =
        release.revisions().stream()
            .map(
                other ->
                    other.status().equals("deployed")
                        ? new Revision(
                            other.number(),
                            "superseded",
                            other.manifest(),
                            other.description(),
                            other.updated())
                        : other)
            .toList();
    save(new Release(namespace, name, others), revision);
  }

  private void save(Release release, Revision revision) {
    List<Revision> revisions = new ArrayList<>(release.revisions());
    revisions.removeIf(other -> other.number() == revision.number());
    revisions.add(revision);
    while (revisions.size() > HISTORY) {
      revisions.remove(revisions.get(0).status().equals("deployed") ? 1 : 0);
    }
    state.save(
        file(release.namespace(), release.name()),
        new Release(release.namespace(), release.name(), revisions));
  }
}
