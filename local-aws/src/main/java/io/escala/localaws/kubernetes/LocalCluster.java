package io.escala.localaws.kubernetes;

import io.escala.localaws.process.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * As much of Kubernetes as this project's chart uses, on one machine: Deployments whose pods are
 * processes, Services whose addresses are ports of 127.0.0.1, Jobs. One thread, the controller,
 * holds all state and moves it towards what was applied; whatever a document asks for beyond that
 * is refused by name.
 *
 * <p>Everything that it started ends with it, and with this JVM.
 */
public final class LocalCluster implements AutoCloseable {
  private static final Duration TICK = Duration.ofMillis(100);
  private static final Set<String> DOMAINS = Set.of("", "svc", "svc.cluster.local");
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(30);
  private static final Pattern URL_HOST = Pattern.compile("(?<=http://)([a-z0-9.-]+)(?::(\\d+))?");

  private final ClusterSettings settings;
  private final ImageStore images;
  private final Path watchAgent;
  private final Host host = new Host();
  private final ExecutorService threads = Executors.newCachedThreadPool(named("pod"));
  private final ScheduledExecutorService controller =
      Executors.newSingleThreadScheduledExecutor(named("controller"));
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final AtomicInteger addresses = new AtomicInteger();
  private final Map<Integer, Integer> localPorts = new ConcurrentHashMap<>();

  /** Two clusters of one machine have unlike addresses, as a rule. */
  private final int network = 64 + new SecureRandom().nextInt(128);

  private final AtomicBoolean due = new AtomicBoolean();

  // Written by the controller only
  private final Map<KubernetesObject.Id, KubernetesObject> objects = new ConcurrentHashMap<>();
  private final Map<KubernetesObject.Id, Deployment> deployments = new LinkedHashMap<>();
  private final Map<KubernetesObject.Id, ServiceSpec> services = new ConcurrentHashMap<>();
  private final Map<KubernetesObject.Id, FrontDoor> doors = new ConcurrentHashMap<>();
  private final Map<KubernetesObject.Id, List<InetSocketAddress>> endpoints =
      new ConcurrentHashMap<>();
  private final Map<KubernetesObject.Id, AutoscalerSpec> autoscalers = new LinkedHashMap<>();
  private final List<Deployment> leaving = new ArrayList<>();
  private final List<Pod> jobPods = new ArrayList<>();

  /** Starts with nothing in it. */
  public LocalCluster(ClusterSettings settings, ImageStore images) {
    this.settings = settings;
    this.images = images;
    this.watchAgent = ChildProcess.installWatchAgent(settings.folder());
    Future<?> unused =
        controller.scheduleWithFixedDelay(
            this::reconcile, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** A port that nobody listens on, neither on one address of this machine nor on all. */
  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no port is free: " + e.getMessage(), e);
    }
  }

  private static ThreadFactory named(String name) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, "kubernetes-" + name + "-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /**
   * Takes documents as {@code kubectl apply} does: all are read first, and none is applied when one
   * is not understood. Pods come and go after this returns.
   *
   * @param yaml rendered documents, without hooks
   * @param namespace of documents that name none
   * @throws IllegalArgumentException when a document has a kind or field that is not handled
   */
  public void apply(String yaml, String namespace) {
    List<KubernetesObject> all = KubernetesObject.read(yaml, namespace);
    apply(all);
  }

  void apply(List<KubernetesObject> all) {
    all.forEach(Kinds::check);
    ask(
        () -> {
          for (KubernetesObject object : all) {
            applyOne(object);
          }
          reconcile();
          return null;
        });
  }

  private void applyOne(KubernetesObject object) throws IOException {
    KubernetesObject.Id id = object.id();
    switch (object.kind()) {
      case "Deployment" -> {
        DeploymentSpec spec = DeploymentSpec.of(object);
        Deployment running = deployments.get(id);
        if (running == null) {
          deployments.put(id, new Deployment(spec, spec.replicas().orElse(1), host));
        } else {
          running.apply(spec);
          spec.replicas().ifPresent(running::scale);
        }
      }
      case "Service" -> {
        ServiceSpec spec = ServiceSpec.of(object);
        if (!spec.headless() && !doors.containsKey(id)) {
          doors.put(id, FrontDoor.openFrom(id.namespace() + "/" + id.name(), settings.firstPort()));
        }
        services.put(id, spec);
      }
      case "HorizontalPodAutoscaler" -> autoscalers.put(id, AutoscalerSpec.of(object));
      default -> {
        // Kept and given back, like everything above
      }
    }
    objects.put(id, object);
  }

  /** Removes documents as {@code kubectl delete} does; their pods stop in the background. */
  public void delete(String yaml, String namespace) {
    delete(KubernetesObject.read(yaml, namespace).stream().map(KubernetesObject::id).toList());
  }

  /** Removes what is in {@code before} and no more in {@code now}. */
  public void prune(String before, String now, String namespace) {
    List<KubernetesObject.Id> ids =
        new ArrayList<>(
            KubernetesObject.read(before, namespace).stream().map(KubernetesObject::id).toList());
    ids.removeAll(
        KubernetesObject.read(now, namespace).stream().map(KubernetesObject::id).toList());
    delete(ids);
  }

  /** Removes objects; their pods stop in the background, drained. */
  void delete(List<KubernetesObject.Id> ids) {
    ask(
        () -> {
          for (KubernetesObject.Id id : ids) {
            objects.remove(id);
            autoscalers.remove(id);
            services.remove(id);
            endpoints.remove(id);
            FrontDoor door = doors.remove(id);
            if (door != null) {
              shut(door);
            }
            Deployment deployment = deployments.remove(id);
            if (deployment != null) {
              deployment.delete();
              leaving.add(deployment);
            }
          }
          reconcile();
          return null;
        });
  }

  /** Waits until no pod of deleted Deployments runs any more. */
  void awaitGone(Collection<KubernetesObject.Id> ids, Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (ask(() -> leaving.stream().anyMatch(d -> ids.contains(d.id())))) {
      if (System.nanoTime() > end) {
        throw new RolloutFailed("pods still run " + limit.toSeconds() + " s after their removal");
      }
      Thread.sleep(TICK.toMillis());
    }
  }

  /** What was applied, without what was deleted. */
  List<KubernetesObject> objects() {
    return List.copyOf(objects.values());
  }

  /** How far a Deployment is; empty when there is none of that name. */
  public Optional<Rollout> rollout(String namespace, String name) {
    return ask(() -> find(namespace, name).map(Deployment::rollout));
  }

  /** Every Deployment's. */
  public List<Rollout> rollouts() {
    return ask(() -> deployments.values().stream().map(Deployment::rollout).toList());
  }

  private List<Deployment> all() {
    List<Deployment> all = new ArrayList<>(deployments.values());
    all.addAll(leaving);
    return all;
  }

  private Optional<Deployment> find(String namespace, String name) {
    return Optional.ofNullable(
        deployments.get(new KubernetesObject.Id("Deployment", namespace, name)));
  }

  private Deployment require(String namespace, String name) {
    return find(namespace, name)
        .orElseThrow(
            () -> new IllegalArgumentException("there is no Deployment " + namespace + "/" + name));
  }

  /**
   * Waits until a rollout is complete.
   *
   * @throws RolloutFailed when it makes no progress for its deadline, or is not complete in time
   */
  public Rollout awaitRollout(String namespace, String name, Duration limit)
      throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      Rollout now =
          rollout(namespace, name)
              .orElseThrow(
                  () -> new RolloutFailed("there is no Deployment " + namespace + "/" + name));
      if (now.complete()) {
        return now;
      }
      if (now.stuck().isPresent()) {
        throw new RolloutFailed(now.toString());
      }
      if (System.nanoTime() > end) {
        String trouble =
            ask(() -> require(namespace, name).trouble()).map(t -> "; " + t).orElse("");
        throw new RolloutFailed(now + ", not complete after " + limit.toSeconds() + " s" + trouble);
      }
      Thread.sleep(TICK.toMillis());
    }
  }

  /** A rollout or a Job did not succeed; the message says how far it came and why. */
  public static final class RolloutFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    RolloutFailed(String message) {
      super(message);
    }
  }

  /**
   * Goes back to an earlier revision, as {@code kubectl rollout undo} does.
   *
   * @param revision its number; empty for the one before
   */
  public void undo(String namespace, String name, Optional<Integer> revision) {
    ask(
        () -> {
          Deployment deployment = require(namespace, name);
          deployment.undo(
              revision
                  .or(deployment::previous)
                  .orElseThrow(
                      () ->
                          new IllegalArgumentException(
                              "Deployment " + namespace + "/" + name + " has one revision only")));
          reconcile();
          return null;
        });
  }

  /**
   * Changes how many pods a Deployment has at least and at most.
   *
   * @throws IllegalArgumentException when no autoscaler scales it, or the bounds are none
   */
  public void scale(String namespace, String deployment, int min, int max) {
    ask(
        () -> {
          Map.Entry<KubernetesObject.Id, AutoscalerSpec> autoscaler =
              autoscalers.entrySet().stream()
                  .filter(e -> e.getKey().namespace().equals(namespace))
                  .filter(e -> e.getValue().deployment().equals(deployment))
                  .findFirst()
                  .orElseThrow(
                      () ->
                          new IllegalArgumentException(
                              "no HorizontalPodAutoscaler scales " + namespace + "/" + deployment));
          autoscaler.setValue(autoscaler.getValue().between(min, max));
          reconcile();
          return null;
        });
  }

  /** Where each Service answers on this machine, by namespace and name: {@code shop/web}. */
  public Map<String, URI> addresses() {
    Map<String, URI> all = new TreeMap<>();
    doors.forEach(
        (id, door) ->
            all.put(
                id.namespace() + "/" + id.name(), URI.create("http://127.0.0.1:" + door.port())));
    return all;
  }

  /** How many pods a Deployment has at least and at most, by namespace and name. */
  public Map<String, List<Integer>> bounds() {
    return ask(
        () -> {
          Map<String, List<Integer>> all = new TreeMap<>();
          autoscalers
              .values()
              .forEach(
                  scaler ->
                      all.put(
                          scaler.namespace() + "/" + scaler.deployment(),
                          List.of(scaler.min(), scaler.max())));
          return all;
        });
  }

  /** Where a Service answers on this machine. */
  public Optional<URI> address(String namespace, String service) {
    return Optional.ofNullable(doors.get(new KubernetesObject.Id("Service", namespace, service)))
        .map(door -> URI.create("http://127.0.0.1:" + door.port()));
  }

  /**
   * Runs a Job to its end.
   *
   * @throws RolloutFailed when it fails or takes too long; the message has its last words
   */
  void runJob(KubernetesObject object, Duration limit) throws InterruptedException {
    new JobRun(JobSpec.of(object), host, this::track).run(limit);
  }

  private void track(Pod pod) {
    ask(
        () -> {
          jobPods.removeIf(p -> p.gone().isDone());
          jobPods.add(pod);
          return null;
        });
  }

  /** Every pod, those that are being stopped included. */
  public List<PodView> pods() {
    return ask(
        () -> {
          List<PodView> views = new ArrayList<>();
          for (Deployment deployment : all()) {
            for (ReplicaSet set : deployment.replicaSets()) {
              for (Pod pod : set.pods()) {
                views.add(view(deployment, set.revision(), pod));
              }
            }
          }
          return views;
        });
  }

  private PodView view(Deployment deployment, int revision, Pod pod) {
    PodState state = pod.state();
    return new PodView(
        deployment.spec().namespace(),
        pod.name(),
        deployment.spec().name(),
        revision,
        pod.template().container().image(),
        pod.isTerminating() ? "Terminating" : state.phase(),
        pod.isReady(),
        state.restarts(),
        state.reason(),
        state.message(),
        state.address() == null
            ? ""
            : state.address().getHostString() + ":" + state.address().getPort(),
        state.pid(),
        state.address() == null
            ? 0
            : doors.values().stream().mapToLong(door -> door.accepted(state.address())).sum(),
        pod.created().toString(),
        pod.log().toString());
  }

  private <T> T ask(Callable<T> question) {
    try {
      return controller.submit(question).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (e.getCause() instanceof IOException io) {
        throw new UncheckedIOException(io);
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private void reconcile() {
    try {
      due.set(false);
      for (AutoscalerSpec autoscaler : autoscalers.values()) {
        find(autoscaler.namespace(), autoscaler.deployment())
            .ifPresent(deployment -> deployment.scale(autoscaler.clamp(deployment.replicas())));
      }
      List<Pod> doomed = new ArrayList<>();
      all().forEach(deployment -> doomed.addAll(deployment.reconcile()));
      updateEndpoints();
      doomed.forEach(Pod::stop);
      leaving.removeIf(Deployment::isGone);
    } catch (RuntimeException e) {
      // An exception that left here would end the schedule for good
      System.err.println("local-aws: the Kubernetes controller failed: " + e);
    }
  }

  /** A front door of no Service any more closes when what came through it is answered. */
  private void shut(FrontDoor door) {
    door.use(List.of());
    Future<?> unused =
        threads.submit(
            () -> {
              try {
                long end = System.nanoTime() + LAST_ANSWERS.toNanos();
                while (!door.isIdle() && System.nanoTime() < end) {
                  Thread.sleep(TICK.toMillis());
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } finally {
                door.close();
              }
            });
  }

  private void updateEndpoints() {
    services.forEach(
        (id, service) -> {
          List<InetSocketAddress> ready = new ArrayList<>();
          for (Deployment deployment : deployments.values()) {
            if (deployment.spec().namespace().equals(id.namespace())) {
              deployment.pods().stream()
                  .filter(pod -> service.selects(pod.template()))
                  .filter(Pod::isReady)
                  .map(pod -> pod.state().address())
                  .filter(Objects::nonNull)
                  .forEach(ready::add);
            }
          }
          endpoints.put(id, ready);
          if (!service.headless()) {
            doors.get(id).use(ready);
          }
        });
  }

  /** Kills every pod and closes every port. */
  @Override
  public void close() {
    controller.shutdown();
    try {
      controller.awaitTermination(10, TimeUnit.SECONDS);
      List<Pod> all = new ArrayList<>(jobPods);
      all().forEach(deployment -> all.addAll(deployment.pods()));
      all.forEach(Pod::kill);
      CompletableFuture.allOf(all.stream().map(Pod::gone).toArray(CompletableFuture[]::new))
          .get(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      System.err.println("local-aws: a pod did not end: " + e);
    }
    doors.values().forEach(FrontDoor::close);
    threads.shutdownNow();
  }

  private final class Host implements PodHost {
    @Override
    public ClusterSettings settings() {
      return settings;
    }

    @Override
    public ImageStore images() {
      return images;
    }

    @Override
    public Path watchAgent() {
      return watchAgent;
    }

    @Override
    public HttpClient http() {
      return http;
    }

    @Override
    public ExecutorService threads() {
      return threads;
    }

    /**
     * {@code name}, {@code name.namespace} and their longer forms, at the Service's own port. A
     * headless Service keeps its name, which the pod resolves, and has the pods' port.
     */
    @Override
    public String withServiceAddresses(String namespace, String text) {
      return URL_HOST
          .matcher(text)
          .replaceAll(
              url -> {
                String[] labels = url.group(1).split("\\.", 3);
                String domain = labels.length < 3 ? "" : labels[2];
                KubernetesObject.Id id =
                    new KubernetesObject.Id(
                        "Service", labels.length < 2 ? namespace : labels[1], labels[0]);
                ServiceSpec service = services.get(id);
                int port = url.group(2) == null ? 80 : Integer.parseInt(url.group(2));
                String now = url.group();
                if (service != null && DOMAINS.contains(domain)) {
                  FrontDoor door = doors.get(id);
                  if (service.headless()) {
                    now = url.group(1) + ":" + localPort(port);
                  } else if (door != null && service.port() == port) {
                    now = "127.0.0.1:" + door.port();
                  }
                }
                return Matcher.quoteReplacement(now);
              });
    }

    @Override
    public String nextAddress() {
      int number = addresses.incrementAndGet();
      return "127.%d.%d.%d".formatted(network, number / 250 % 250, 1 + number % 250);
    }

    @Override
    public int localPort(int containerPort) {
      return localPorts.computeIfAbsent(containerPort, port -> freePort());
    }

    @Override
    public Map<String, List<String>> names(String namespace) {
      Map<String, List<String>> names = new LinkedHashMap<>();
      services.forEach(
          (id, service) -> {
            if (service.headless()) {
              List<String> pods =
                  endpoints.getOrDefault(id, List.of()).stream()
                      .map(InetSocketAddress::getHostString)
                      .toList();
              String full = id.name() + "." + id.namespace();
              if (id.namespace().equals(namespace)) {
                names.put(id.name(), pods);
              }
              DOMAINS.forEach(
                  domain -> names.put(domain.isEmpty() ? full : full + "." + domain, pods));
            }
          });
      return names;
    }

    @Override
    public Optional<Map<String, String>> configMap(String namespace, String name) {
      return Optional.ofNullable(objects.get(new KubernetesObject.Id("ConfigMap", namespace, name)))
          .map(
              map -> {
                Map<String, String> data = new LinkedHashMap<>();
                map.json()
                    .path("data")
                    .properties()
                    .forEach(entry -> data.put(entry.getKey(), entry.getValue().asText()));
                return data;
              });
    }

    @Override
    public int underWay(InetSocketAddress pod) {
      return doors.values().stream().mapToInt(door -> door.underWay(pod)).sum();
    }

    @Override
    public void released(InetSocketAddress pod) {
      doors.values().forEach(door -> door.forget(pod));
    }

    @Override
    public void changed() {
      if (due.compareAndSet(false, true)) {
        try {
          controller.execute(LocalCluster.this::reconcile);
        } catch (RejectedExecutionException e) {
          // The cluster is being closed
        }
      }
    }
  }
}
