package io.escala.localaws.kubernetes;

import io.escala.localaws.process.ChildProcess;
import io.escala.localaws.state.FileTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/**
 * One pod: its container as a process of this machine, probed, started again when it ends or its
 * liveness probe fails, and stopped as a kubelet stops it. A thread of its own sees to it.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/">Pod
 *     lifecycle</a>
 */
final class Pod {
  /** A container that ran this many back-offs long has recovered. */
  private static final int RECOVERED = 60;

  /** The longest pause between restarts, in back-offs. */
  private static final int LONGEST = 30;

  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final String namespace;
  private final String name;
  private final PodTemplate template;
  private final PodHost host;
  private final Path folder;
  private final Path log;
  private final String ip;
  private final Instant created = Instant.now();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private final CompletableFuture<Void> gone = new CompletableFuture<>();
  private volatile PodState state = PodState.CREATED;
  private volatile boolean terminating;
  private volatile boolean killed;
  private volatile ChildProcess process;

  Pod(String namespace, String name, PodTemplate template, PodHost host) {
    this.namespace = namespace;
    this.name = name;
    this.template = template;
    this.host = host;
    this.folder = host.settings().folder().resolve("pods").resolve(name);
    this.ip = host.nextAddress();
    this.log = host.settings().folder().resolve("logs").resolve(name + ".log");
  }

  void start() {
    Future<?> unused = host.threads().submit(this::live);
  }

  String name() {
    return name;
  }

  PodTemplate template() {
    return template;
  }

  Path log() {
    return log;
  }

  Instant created() {
    return created;
  }

  PodState state() {
    return state;
  }

  /** Whether it was told to stop: it is no endpoint any more, though it may serve on. */
  boolean isTerminating() {
    return terminating;
  }

  boolean isReady() {
    return state.ready() && !terminating;
  }

  /** Whether it has been ready for so long. */
  boolean isAvailable(Duration minReady) {
    PodState now = state;
    return now.ready()
        && !terminating
        && System.nanoTime() - now.readySince() >= minReady.toNanos();
  }

  /** From now on no endpoint; {@link #stop} is still to come. */
  void markTerminating() {
    terminating = true;
  }

  /** Stops it in the background: preStop, SIGTERM, and SIGKILL when its grace is over. */
  void stop() {
    terminating = true;
    stopped.complete(null);
  }

  /** Completes when nothing of it runs any more. */
  CompletableFuture<Void> gone() {
    return gone;
  }

  /** Ends it at once. */
  void kill() {
    killed = true;
    stop();
    ChildProcess running = process;
    if (running != null) {
      running.close();
    }
  }

  private void change(UnaryOperator<PodState> change) {
    synchronized (this) {
      state = change.apply(state);
    }
    host.changed();
  }

  private void live() {
    try {
      int failures = 0;
      while (!terminating) {
        long from = System.nanoTime();
        boolean begun = runOnce();
        if (terminating || isFinished()) {
          break;
        }
        Duration backOff = host.settings().backOff();
        if (System.nanoTime() - from > backOff.multipliedBy(RECOVERED).toNanos()) {
          failures = 0;
        }
        // A container that ran is started again at once the first time
        pause(begun ? failures : failures + 1, begun);
        failures++;
        if (begun && !terminating) {
          change(PodState::restarted);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      change(s -> s.ended("Failed", "InternalError", e.toString(), OptionalInt.empty()));
    } finally {
      ChildProcess left = process;
      if (left != null) {
        left.close();
      }
      deleteFolder();
      gone.complete(null);
      host.changed();
    }
  }

  private boolean isFinished() {
    return state.phase().equals("Succeeded") || state.phase().equals("Failed");
  }

  private void pause(int failures, boolean begun) throws InterruptedException {
    if (failures == 0) {
      return;
    }
    change(
        s ->
            s.because(
                begun
                    ? "CrashLoopBackOff"
                    : s.reason().replace("ErrImagePull", "ImagePullBackOff")));
    Duration backOff = host.settings().backOff();
    Duration pause = backOff.multipliedBy(Math.min(LONGEST, 1L << Math.min(failures - 1, 10)));
    await(stopped, pause);
  }

  /** Runs the container until it ends, is unhealthy or is to stop; false if it did not start. */
  private boolean runOnce() throws InterruptedException {
    InetSocketAddress address;
    ChildProcess started;
    try {
      ContainerImage image;
      try {
        image = host.images().pull(template.container().image());
      } catch (IOException e) {
        notStarted("ErrImagePull", e);
        return false;
      }
      address =
          template
              .container()
              .port()
              .map(port -> new InetSocketAddress(ip, host.localPort(port)))
              .orElse(null);
      Launch launch = Launch.of(template.container(), place(image));
      Files.createDirectories(log.getParent());
      started =
          ChildProcess.start(launch.command(), launch.environment(), launch.folder(), log, log);
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      notStarted("CreateContainerError", e);
      return false;
    }
    process = started;
    if (killed) {
      started.close();
    }
    change(s -> s.running(address, started.pid()));
    CompletableFuture<String> end = new CompletableFuture<>();
    CompletableFuture<Void> unusedExit = started.onExit().thenRun(() -> end.complete(""));
    CompletableFuture<Void> unusedStop = stopped.thenRun(() -> end.complete(""));
    List<Future<?>> probes = new ArrayList<>();
    probes.add(host.threads().submit(() -> probe(address, end, probes)));
    String unhealthy;
    try {
      unhealthy = end.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      synchronized (probes) {
        probes.forEach(probe -> probe.cancel(true));
      }
    }
    if (started.isAlive()) {
      change(s -> s.withReady(false, unhealthy));
      stopGracefully(started, address);
    }
    int code = started.waitFor();
    process = null;
    ended(code, unhealthy);
    if (address != null) {
      host.released(address);
    }
    return true;
  }

  private void notStarted(String reason, Exception why) {
    change(s -> s.ended("Pending", reason, why.getMessage(), s.exitCode()));
  }

  private void ended(int code, String unhealthy) {
    String message =
        unhealthy.isEmpty()
            ? "the container ended with exit code " + code + "; its log is " + log
            : unhealthy;
    String policy = template.restartPolicy();
    String phase = "Running";
    if (policy.equals("Never") || policy.equals("OnFailure")) {
      if (code == 0) {
        phase = "Succeeded";
      } else if (policy.equals("Never")) {
        phase = "Failed";
      }
    }
    String reason = code == 0 ? "Completed" : "Error";
    String now = phase;
    change(s -> s.ended(now, reason, message, OptionalInt.of(code)));
  }

  /** The startup probe first, then the two others side by side. */
  private void probe(
      InetSocketAddress address, CompletableFuture<String> end, List<Future<?>> probes) {
    Container container = template.container();
    try {
      if (container.startup().isPresent()) {
        Optional<String> failure = loop(container.startup().get(), address).awaitSuccess();
        if (failure.isPresent()) {
          end.complete("the startup probe failed: " + failure.get());
          return;
        }
      }
      if (container.readiness().isEmpty()) {
        change(s -> end.isDone() ? s : s.withReady(true, ""));
      } else {
        submit(
            probes,
            () ->
                loop(container.readiness().get(), address)
                    .run(
                        false,
                        failure ->
                            change(
                                s ->
                                    end.isDone()
                                        ? s
                                        : s.withReady(
                                            failure.isEmpty(),
                                            failure
                                                .map(f -> "the readiness probe failed: " + f)
                                                .orElse("")))));
      }
      if (container.liveness().isPresent()) {
        submit(
            probes,
            () ->
                loop(container.liveness().get(), address)
                    .run(
                        true,
                        failure ->
                            failure.ifPresent(
                                f -> end.complete("the liveness probe failed: " + f))));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ProbeLoop loop(Probe probe, InetSocketAddress address) {
    return new ProbeLoop(probe, host.http(), address);
  }

  private interface Interruptible {
    void run() throws InterruptedException;
  }

  private void submit(List<Future<?>> probes, Interruptible task) {
    synchronized (probes) {
      // Cancelled while it was starting the others: they must not start either
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
      probes.add(
          host.threads()
              .submit(
                  () -> {
                    try {
                      task.run();
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  }));
    }
  }

  private void stopGracefully(ChildProcess running, InetSocketAddress address)
      throws InterruptedException {
    long deadline = System.nanoTime() + template.grace().toNanos();
    CompletableFuture<Integer> exit = running.onExit();
    Duration preStop = template.container().preStop();
    await(exit, preStop.compareTo(template.grace()) < 0 ? preStop : template.grace());
    while (running.isAlive()
        && !killed
        && address != null
        && host.underWay(address) > 0
        && System.nanoTime() < deadline) {
      await(exit, Duration.ofMillis(10));
    }
    if (killed) {
      running.close();
      return;
    }
    running.terminate();
    Duration left = Duration.ofNanos(deadline - System.nanoTime());
    if (!running.waitFor(left.compareTo(LAST_WORDS) < 0 ? LAST_WORDS : left)) {
      running.close();
    }
  }

  private static void await(CompletableFuture<?> what, Duration atMost)
      throws InterruptedException {
    try {
      what.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // The time is over, or the end came in another way: either ends the wait
    }
  }

  private Launch.Place place(ContainerImage image) throws IOException {
    Map<String, Path> volumes = new LinkedHashMap<>();
    for (Map.Entry<String, Optional<String>> volume : template.volumes().entrySet()) {
      Path path = folder.resolve(volume.getKey());
      Files.createDirectories(path);
      if (volume.getValue().isPresent()) {
        fill(path, volume.getValue().get());
      }
      volumes.put(volume.getKey(), path);
    }
    Map<String, Path> mounts = new LinkedHashMap<>();
    template.container().mounts().forEach((path, volume) -> mounts.put(path, volumes.get(volume)));
    Path temporary = mounts.getOrDefault("/tmp", folder.resolve(".tmp"));
    Files.createDirectories(temporary);
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("metadata.name", name);
    fields.put("metadata.namespace", namespace);
    fields.put("spec.nodeName", "localhost");
    fields.put("spec.serviceAccountName", template.serviceAccount());
    fields.put("status.podIP", ip);
    fields.put("status.hostIP", "127.0.0.1");
    template
        .labels()
        .forEach((label, value) -> fields.put("metadata.labels['" + label + "']", value));
    return new Launch.Place(
        image,
        mounts,
        fields,
        host.settings().environment(),
        host.settings().javaHomes(),
        host.watchAgent(),
        temporary,
        template.container().port().map(host::localPort).orElse(0),
        ip,
        hostsFile(),
        text -> host.withServiceAddresses(namespace, text));
  }

  private void fill(Path path, String configMap) throws IOException {
    Map<String, String> data =
        host.configMap(namespace, configMap)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "there is no ConfigMap " + namespace + "/" + configMap));
    for (Map.Entry<String, String> file : data.entrySet()) {
      Files.writeString(path.resolve(file.getKey()), file.getValue());
    }
  }

  /** What a JVM resolves names by, and by nothing else. */
  private Path hostsFile() throws IOException {
    StringBuilder hosts = new StringBuilder("127.0.0.1 localhost\n");
    hosts.append(ip).append(' ').append(InetAddress.getLocalHost().getHostName()).append('\n');
    host.names(namespace)
        .forEach(
            (name, addresses) ->
                addresses.forEach(
                    address -> hosts.append(address).append(' ').append(name).append('\n')));
    Path file = folder.resolve(".hosts");
    Files.writeString(file, hosts);
    return file;
  }

  private void deleteFolder() {
    try {
      FileTree.delete(folder);
    } catch (UncheckedIOException e) {
      // What cannot be deleted goes with the cluster's own
    }
  }
}
