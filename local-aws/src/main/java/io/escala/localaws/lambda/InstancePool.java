package io.escala.localaws.lambda;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The instances of one version: started when needed, used again, a few at once, then a queue. */
final class InstancePool {
  /** Starts an instance. */
  interface Starter {
    Instance start() throws IOException;
  }

  /** For an invocation to end whose process was ended. */
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final Starter starter;
  private final Semaphore places;
  private final int all;
  private final Deque<Instance> idle = new ArrayDeque<>();
  private final Set<Instance> busy = new HashSet<>();
  private boolean retired;

  InstancePool(Starter starter, int places) {
    this.starter = starter;
    this.places = new Semaphore(places, true);
    this.all = places;
  }

  Invoked invoke(byte[] payload) throws IOException, InterruptedException {
    places.acquire();
    try {
      Instance instance = take();
      try {
        return instance.invoke(payload);
      } finally {
        giveBack(instance);
      }
    } finally {
      places.release();
    }
  }

  /** Stops the instances that nobody used for that long. */
  void stopIdle(Duration time) {
    List<Instance> old = new ArrayList<>();
    synchronized (this) {
      idle.removeIf(
          instance -> {
            boolean over = instance.idleSince().plus(time).isBefore(Instant.now());
            if (over) {
              old.add(instance);
            }
            return over;
          });
    }
    old.forEach(Instance::close);
  }

  /** Stops each instance as soon as it is idle: the version is no more, or not what it was. */
  void retire() {
    List<Instance> now;
    synchronized (this) {
      retired = true;
      now = List.copyOf(idle);
      idle.clear();
    }
    now.forEach(Instance::close);
  }

  /** Stops all instances now, whatever they do; done when the last has written its log. */
  void kill() {
    retire();
    List<Instance> now;
    synchronized (this) {
      now = List.copyOf(busy);
    }
    now.forEach(Instance::close);
    // An invocation ends soon after its process, and who waits for a place finds the pool retired
    try {
      if (places.tryAcquire(all, LONGEST.toSeconds(), TimeUnit.SECONDS)) {
        places.release(all);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Instance take() throws IOException {
    List<Instance> dead = new ArrayList<>();
    try {
      synchronized (this) {
        if (retired) {
          throw retired();
        }
        for (Instance instance = idle.poll(); instance != null; instance = idle.poll()) {
          if (instance.isAlive()) {
            busy.add(instance);
            return instance;
          }
          dead.add(instance);
        }
      }
    } finally {
      dead.forEach(Instance::close);
    }
    Instance instance = starter.start();
    synchronized (this) {
      if (!retired) {
        busy.add(instance);
        return instance;
      }
    }
    instance.close();
    throw retired();
  }

  private static IOException retired() {
    return new IOException("the function was changed or deleted meanwhile");
  }

  private void giveBack(Instance instance) {
    boolean keep;
    synchronized (this) {
      busy.remove(instance);
      keep = !retired && instance.isAlive();
      if (keep) {
        idle.push(instance);
      }
    }
    if (!keep) {
      instance.close();
    }
  }
}
