package io.escala.inference;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The models that a process serves, each in its current version. A request uses the version in
 * service when it began, to its end. New versions are looked for in the background; while there is
 * none at all, a request looks itself.
 */
public final class Models implements AutoCloseable {
  private final Map<String, Slot> slots;
  private final Background background = new Background();

  /**
   * @param names of the models to serve from the source
   * @param refresh how long a version is served before the source is asked for a newer one
   */
  public Models(BundleSource source, List<String> names, Duration refresh, ModelListener listener) {
    this(source, names, refresh, listener, System::nanoTime);
  }

  /**
   * @param names of the models to serve from the source
   * @param refresh how long a version is served before the source is asked for a newer one
   * @param nanoTime a clock in nanoseconds from any origin; one that stands still while the process
   *     is frozen would put off looking for newer versions
   */
  public Models(
      BundleSource source,
      List<String> names,
      Duration refresh,
      ModelListener listener,
      LongSupplier nanoTime) {
    requireNonNull(source, "source is null");
    if (names.isEmpty()) {
      throw new IllegalArgumentException("there is no model to serve");
    }
    if (refresh.isNegative() || refresh.isZero()) {
      throw new IllegalArgumentException(
          "refresh is " + refresh + ", but must be longer than nothing");
    }
    Map<String, Slot> byName = new LinkedHashMap<>();
    for (String name : names) {
      Manifest.checkName(name, "model name");
      byName.put(name, new Slot(name, source, refresh, listener, nanoTime, background));
    }
    this.slots = Collections.unmodifiableMap(byName);
  }

  /** The names of the models, whether or not they have a version yet, in the configured order. */
  public Set<String> names() {
    return slots.keySet();
  }

  /**
   * Looks for a version of every model now, on this thread. Faults are told to the listener, none
   * is thrown.
   */
  public void load() {
    slots.values().forEach(Slot::loadIfAbsent);
  }

  /**
   * Looks for a version of one model now, on this thread, if it has none. Faults are told to the
   * listener, none is thrown.
   *
   * @throws IllegalArgumentException if no such model is configured
   */
  public void load(String name) {
    slot(name).loadIfAbsent();
  }

  /**
   * Has the next use of each model wait for a look at its source: after a long sleep the version in
   * service may be an old one. If the source cannot be read, it stays in service all the same.
   */
  public void lookBeforeNextUse() {
    slots.values().forEach(Slot::lookBeforeNextUse);
  }

  /**
   * Uses the version in service. It stays open until the function returns, even if a newer one
   * takes its place.
   *
   * @throws IllegalArgumentException if no such model is configured; ask {@link #names} first
   * @throws NoModelException if there is no version to serve yet
   */
  public <T> T use(String name, Function<Model, T> function) {
    Served served = slot(name).acquire();
    try {
      return function.apply(served.model());
    } finally {
      served.release();
    }
  }

  private Slot slot(String name) {
    Slot slot = slots.get(name);
    if (slot == null) {
      throw new IllegalArgumentException("model " + name + " is not configured");
    }
    return slot;
  }

  /** Stops looking for versions, and closes the models once their last requests are done. */
  @Override
  public void close() {
    background.close();
    slots.values().forEach(Slot::close);
  }
}
