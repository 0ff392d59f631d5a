package io.escala.localaws.eks;

import io.escala.localaws.cloudformation.ResourceType;
import io.escala.localaws.kubernetes.ClusterSettings;
import io.escala.localaws.kubernetes.ImageStore;
import io.escala.localaws.kubernetes.LocalCluster;
import io.escala.localaws.kubernetes.Releases;
import io.escala.localaws.lambda.Functions;
import io.escala.localaws.s3.S3Store;
import io.escala.localaws.state.FileTree;
import io.escala.localaws.state.StateFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The EKS clusters of this account, and what was deployed into them. */
public final class EksClusters implements AutoCloseable {
  private static final String RECORDS = "kubernetes-clusters";

  private final StateFolder state;
  private final S3Store buckets;
  private final Functions functions;
  private final ImageStore images;
  private final Function<Path, ClusterSettings> settings;
  private final Map<String, Running> clusters = new ConcurrentHashMap<>();

  /**
   * @param functions among which the CDK's kubectl provider is, with its layer
   * @param settings of a cluster, for the folder that it may use
   */
  public EksClusters(
      StateFolder state,
      S3Store buckets,
      Functions functions,
      ImageStore images,
      Function<Path, ClusterSettings> settings) {
    this.state = state;
    this.buckets = buckets;
    this.functions = functions;
    this.images = images;
    this.settings = settings;
  }

  /** What is remembered of a cluster. */
  record Saved(String name) {}

  /**
   * Documents that {@code kubectl apply} was given.
   *
   * @param id the custom resource's
   * @param yaml all of them
   */
  record Applied(String id, String yaml) {}

  /** A cluster that runs. */
  record Running(LocalCluster cluster, Releases releases) {}

  /** What CloudFormation can make of them. */
  public List<ResourceType> types() {
    return List.of(
        new ClusterType(this),
        new HelmChartType(this, new Helm(state.path("helm").toAbsolutePath(), buckets, functions)),
        new ManifestType(this));
  }

  /** Starts again what ran when the endpoint stopped. Pods come up after this returns. */
  public void recover() {
    for (Saved saved : state.loadAll(RECORDS, Saved.class)) {
      Running running = start(saved.name());
      for (Applied applied : applied(saved.name())) {
        running.cluster().apply(applied.yaml(), ManifestType.NAMESPACE);
      }
      running.releases().recover();
    }
  }

  void create(String name) {
    if (clusters.containsKey(name)) {
      throw new IllegalArgumentException("a cluster " + name + " already exists");
    }
    start(name);
    state.save(RECORDS + "/" + name + ".json", new Saved(name));
  }

  private Running start(String name) {
    LocalCluster cluster =
        new LocalCluster(
            settings.apply(state.path(folder(name) + "/run").toAbsolutePath()), images);
    Running running = new Running(cluster, new Releases(cluster, state, folder(name)));
    clusters.put(name, running);
    return running;
  }

  private static String folder(String cluster) {
    return "kubernetes/" + cluster;
  }

  /** Ends a cluster with all that runs in it, and forgets it. */
  void delete(String name) {
    Running running = clusters.remove(name);
    if (running != null) {
      running.cluster().close();
    }
    state.delete(RECORDS + "/" + name + ".json");
    FileTree.delete(state.path(folder(name)));
  }

  /**
   * @throws IllegalArgumentException when there is none of that name
   */
  Running require(String name) {
    return Optional.ofNullable(clusters.get(name))
        .orElseThrow(() -> new IllegalArgumentException("there is no EKS cluster called " + name));
  }

  /** By name. */
  Map<String, Running> all() {
    return new TreeMap<>(clusters);
  }

  Optional<Applied> applied(String cluster, String id) {
    return state.load(appliedFile(cluster, id), Applied.class);
  }

  private List<Applied> applied(String cluster) {
    return state.loadAll(folder(cluster) + "/manifests", Applied.class);
  }

  void save(String cluster, Applied applied) {
    state.save(appliedFile(cluster, applied.id()), applied);
  }

  void forget(String cluster, String id) {
    state.delete(appliedFile(cluster, id));
  }

  private static String appliedFile(String cluster, String id) {
    return folder(cluster) + "/manifests/" + id + ".json";
  }

  @Override
  public void close() {
    clusters.values().forEach(running -> running.cluster().close());
    clusters.keySet().forEach(name -> FileTree.delete(state.path(folder(name) + "/run")));
  }
}
