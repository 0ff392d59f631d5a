package io.escala.inference;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/** The place of one model: the version in service, and the looking for a newer one. */
final class Slot {
  /** While there is no version, requests ask the source no more often than this. */
  private static final Duration ABSENT_REFRESH = Duration.ofSeconds(1);

  private final String name;
  private final BundleSource source;
  private final Duration refresh;
  private final ModelListener listener;
  private final LongSupplier nanoTime;
  private final Executor background;
  private final AtomicBoolean checking = new AtomicBoolean();

  private volatile Served current;
  private volatile long lastCheck;
  private volatile boolean mustLook;
  private boolean closed;
  private boolean everChecked;
  private String problem;
  private BundleVersion refused;

  Slot(
      String name,
      BundleSource source,
      Duration refresh,
      ModelListener listener,
      LongSupplier nanoTime,
      Executor background) {
    this.name = name;
    this.source = source;
    this.refresh = refresh;
    this.listener = listener;
    this.nanoTime = nanoTime;
    this.background = background;
  }

  /** The caller releases it. */
  Served acquire() {
    if (mustLook) {
      look();
    }
    Served served = tryAcquire();
    if (served != null) {
      refreshInBackground();
      return served;
    }
    String why = loadIfAbsent();
    served = tryAcquire();
    if (served == null) {
      throw new NoModelException(why);
    }
    return served;
  }

  private Served tryAcquire() {
    // A version that was replaced and closed between the two steps is retried with its successor
    for (Served served = current; served != null; served = current) {
      if (served.tryAcquire()) {
        return served;
      }
    }
    return null;
  }

  private void refreshInBackground() {
    if (due(refresh) && checking.compareAndSet(false, true)) {
      try {
        background.execute(
            () -> {
              try {
                refresh();
              } finally {
                checking.set(false);
              }
            });
      } catch (RejectedExecutionException e) {
        checking.set(false); // closing: what is in service answers the last requests
      }
    }
  }

  /**
   * Looks for a version if there is none. Says why there is none afterwards; null if there is one.
   */
  synchronized String loadIfAbsent() {
    if (current == null && !closed && (!everChecked || due(ABSENT_REFRESH))) {
      refresh();
    }
    return current == null ? problem : null;
  }

  void lookBeforeNextUse() {
    mustLook = true;
  }

  /** Uses that come meanwhile wait for the same look. */
  private synchronized void look() {
    if (mustLook) {
      mustLook = false;
      if (!closed) {
        refresh();
      }
    }
  }

  private boolean due(Duration interval) {
    return nanoTime.getAsLong() - lastCheck >= interval.toNanos();
  }

  private synchronized void refresh() {
    everChecked = true;
    long start = nanoTime.getAsLong();
    try {
      Optional<BundleVersion> wanted = source.current(name);
      if (wanted.isEmpty()) {
        problem =
            "model "
                + name
                + " has no version yet: training writes one, and it is served within seconds of that";
      } else if (!isKnown(wanted.get())) {
        load(wanted.get(), start);
      }
    } catch (BundleException e) {
      refuse(null, "model " + name + ": " + e.getMessage());
    } catch (IOException e) {
      unreachable(e.getMessage());
    } catch (RuntimeException | LinkageError e) {
      unreachable(e.toString());
    } finally {
      lastCheck = nanoTime.getAsLong();
    }
  }

  private void unreachable(String reason) {
    problem = "model " + name + " cannot be read at the moment: " + reason;
    listener.unreachable(name, problem);
  }

  private boolean isKnown(BundleVersion version) {
    return version.equals(refused) || (current != null && current.version().equals(version));
  }

  private void load(BundleVersion version, long start) throws IOException {
    Model model;
    try {
      model = Bundle.open(source.files(name, version));
      checkIsWhatThePointerSays(model, version);
    } catch (BundleException e) {
      refuse(
          version, "version " + version + " of model " + name + " is refused: " + e.getMessage());
      return;
    }
    if (closed) {
      model.close();
      return;
    }
    Served before = current;
    current = new Served(model);
    refused = null;
    problem = null;
    if (before != null) {
      before.release();
    }
    listener.loaded(name, version, model.engine(), Duration.ofNanos(nanoTime.getAsLong() - start));
  }

  private void checkIsWhatThePointerSays(Model model, BundleVersion version) {
    Manifest manifest = model.manifest();
    if (!manifest.name().equals(name) || !manifest.version().equals(version)) {
      model.close();
      throw new BundleException(
          "its manifest says it is " + manifest.name() + " " + manifest.version());
    }
  }

  private void refuse(BundleVersion version, String reason) {
    refused = version;
    if (!reason.equals(problem)) {
      listener.refused(name, reason);
    }
    problem = reason;
  }

  synchronized void close() {
    closed = true;
    Served last = current;
    current = null;
    problem = "model " + name + " is no longer served: the process is stopping";
    if (last != null) {
      last.release();
    }
  }
}
