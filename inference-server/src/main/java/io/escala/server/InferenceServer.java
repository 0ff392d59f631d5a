package io.escala.server;

import io.escala.inference.BundleSource;
import io.escala.inference.Models;
import io.escala.inference.http.InferenceApi;
import io.escala.inference.http.Limits;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Models behind HTTP/1.1, from its start to the end of its drain. */
final class InferenceServer implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(250);
  private static final Duration QUIET = Duration.ofMillis(250);

  private final ServerLimits limits;
  private final Models models;
  private final Readiness readiness;
  private final JsonLines log;
  private final SlowHeaders slowHeaders;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final ThreadPoolExecutor scorers;
  private final ScheduledExecutorService clock;
  private final ScheduledExecutorService watch;
  private final Door door;
  private final Server server;
  private final ServerConnector connector;

  /**
   * @param names of the models to serve from the source
   * @param refresh how long a version is served before the source is asked for a newer one
   * @param port 0 for any free one
   * @param out gets the log
   * @param logRequests whether requests are logged
   */
  InferenceServer(
      BundleSource source,
      List<String> names,
      Duration refresh,
      String host,
      int port,
      ServerLimits limits,
      PrintStream out,
      boolean logRequests) {
    this.limits = limits;
    this.log = new JsonLines(out, logRequests);
    this.slowHeaders = new SlowHeaders(limits.headerTimeout());
    this.scorers =
        new ThreadPoolExecutor(
            limits.scorers(),
            limits.scorers(),
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(limits.queue()),
            threads("escala-score"));
    scorers.prestartAllCoreThreads();
    this.clock = Executors.newSingleThreadScheduledExecutor(threads("escala-clock"));
    this.watch = Executors.newSingleThreadScheduledExecutor(threads("escala-watch"));
    Metrics metrics =
        new Metrics(inFlight::get, () -> scorers.getQueue().size(), slowHeaders::connections);
    this.readiness = new Readiness(names, log, metrics);
    this.models = new Models(source, names, refresh, readiness);
    InferenceApi api =
        new InferenceApi(
            models, new Limits(limits.bodyBytes(), limits.instances()), readiness, metrics);
    this.door =
        new Door(
            api,
            readiness,
            new Routes(Set.copyOf(names)),
            limits,
            scorers,
            metrics,
            log,
            slowHeaders,
            inFlight);

    QueuedThreadPool pool = new QueuedThreadPool(16, 4);
    pool.setName("escala-http");
    pool.setDaemon(true);
    this.server = new Server(pool);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendDateHeader(true);
    http.setRequestHeaderSize(limits.headerBytes());
    http.setIdleTimeout(limits.bodyTimeout().toMillis());
    this.connector =
        new ServerConnector(server, 1, limits.scorers(), new HttpConnectionFactory(http));
    connector.setHost(host);
    connector.setPort(port);
    connector.setReuseAddress(true);
    connector.setAcceptQueueSize(1024);
    connector.setIdleTimeout(limits.idleTimeout().toMillis());
    connector.addBean(slowHeaders);
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(limits.connections(), connector));
    server.setHandler(door);
    server.setRequestLog(door);
    server.setErrorHandler(new ProtocolErrors());
    server.setStopTimeout(0);
  }

  private static ThreadFactory threads(String name) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /**
   * Listens, then loads the models: liveness answers from the first moment, readiness once all are
   * there. Those that are missing are looked for every half second from then on.
   *
   * @throws IOException if the port cannot be had
   */
  void start() throws IOException {
    try {
      server.start();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("the HTTP server did not start", e);
    }
    every(LOOK, clock, slowHeaders::sweep);
    readiness.look(models);
    Warmup.run(models, new Limits(limits.bodyBytes(), limits.instances()));
    readiness.warm();
    every(LOOK, watch, () -> readiness.look(models));
  }

  private void every(Duration pause, ScheduledExecutorService executor, Runnable task) {
    ScheduledFuture<?> unused =
        executor.scheduleWithFixedDelay(
            () -> {
              try {
                task.run();
              } catch (RuntimeException e) {
                // An exception that left here would end the schedule for good
                log.problem("ERROR", "server-failed", "", e.toString());
              }
            },
            pause.toMillis(),
            pause.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /** Why requests should not come here yet; empty if they may. */
  Optional<String> problem() {
    return readiness.problem();
  }

  int port() {
    return connector.getLocalPort();
  }

  Models models() {
    return models;
  }

  JsonLines log() {
    return log;
  }

  /**
   * Stops as a pod should: says that it is not ready, serves on for as long as a load balancer
   * needs to notice, then accepts no more connections and finishes what is in flight.
   *
   * @param delay between saying so and accepting no more
   * @param limit for what is in flight then
   * @return how many requests were still in flight when the limit was over
   */
  int drain(Duration delay, Duration limit) throws InterruptedException {
    log.server("draining", "not ready any more; serving on for " + delay.toSeconds() + " s");
    readiness.stop();
    Thread.sleep(delay.toMillis());
    connector.close();
    long end = System.nanoTime() + limit.toNanos();
    long seen = -1;
    // A request can be in the socket's buffer before anyone has read it: only quiet is the end
    while (System.nanoTime() < end && (inFlight.get() > 0 || door.begun() != seen)) {
      seen = door.begun();
      Thread.sleep(QUIET.toMillis());
    }
    int left = inFlight.get();
    log.server("drained", left == 0 ? "every request was answered" : left + " requests cut off");
    close();
    return left;
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      log.problem("WARN", "stop-failed", "", e.toString());
    }
    clock.shutdownNow();
    watch.shutdownNow();
    scorers.shutdown();
    try {
      scorers.awaitTermination(limits.bodyTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    models.close();
    log.close();
  }
}
