package io.escala.server;

import io.escala.inference.BundleVersion;
import io.escala.inference.Manifest;
import io.escala.inference.Model;
import io.escala.inference.ModelListener;
import io.escala.inference.Models;
import io.escala.inference.NoModelException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Whether requests should come here: every configured model has a version that is verified and
 * warm, and the server is not stopping. A model that was ready stays so: whatever happens to later
 * versions, the one in service answers.
 */
final class Readiness implements ModelListener {
  private final Map<String, String> missing = new ConcurrentSkipListMap<>();
  private final Set<String> computedHere = ConcurrentHashMap.newKeySet();
  private final JsonLines log;
  private final Metrics metrics;
  private volatile boolean warm;
  private volatile boolean stopping;

  Readiness(List<String> models, JsonLines log, Metrics metrics) {
    models.forEach(m -> missing.put(m, "model " + m + " is being loaded"));
    this.log = log;
    this.metrics = metrics;
  }

  /** Why a model cannot answer yet; empty if it can. */
  Optional<String> missing(String model) {
    return Optional.ofNullable(missing.get(model));
  }

  /** Whether the version of a model that is in service is computed in Java. */
  boolean isComputedInJava(String model) {
    return computedHere.contains(model);
  }

  /** Why no request should come; empty if they should. */
  Optional<String> problem() {
    if (stopping) {
      return Optional.of("the server is stopping");
    }
    if (!missing.isEmpty()) {
      return Optional.of(String.join("; ", missing.values()));
    }
    return warm ? Optional.empty() : Optional.of("the server is warming up");
  }

  /** The code that answers was run. */
  void warm() {
    warm = true;
  }

  void stop() {
    stopping = true;
  }

  boolean isStopping() {
    return stopping;
  }

  /**
   * Has every model look for a version: at once for one that has none, in the background when it is
   * time for the others.
   */
  void look(Models models) {
    for (String name : models.names()) {
      try {
        Manifest unused = models.use(name, Model::manifest);
      } catch (NoModelException e) {
        missing.replace(name, e.getMessage());
      }
    }
  }

  @Override
  public void loaded(String model, BundleVersion version, String engine, Duration took) {
    missing.remove(model);
    if (engine.equals(Model.JAVA)) {
      computedHere.add(model);
    } else {
      computedHere.remove(model);
    }
    metrics.loaded(model, version);
    log.loaded(model, version, engine, took);
  }

  @Override
  public void refused(String model, String reason) {
    metrics.refused(model);
    log.problem("ERROR", "model-refused", model, reason);
  }

  @Override
  public void unreachable(String model, String reason) {
    log.problem("WARN", "models-unreachable", model, reason);
  }

  @Override
  public void failed(String model, String reason) {
    log.problem("ERROR", "model-failed", model, reason);
  }
}
