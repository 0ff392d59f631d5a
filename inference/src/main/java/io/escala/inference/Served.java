package io.escala.inference;

import java.util.concurrent.atomic.AtomicInteger;

/** A model in service: closed by whoever leaves last, the slot that holds it counting as one. */
final class Served {
  private final Model model;
  private final AtomicInteger users = new AtomicInteger(1);

  Served(Model model) {
    this.model = model;
  }

  Model model() {
    return model;
  }

  BundleVersion version() {
    return model.manifest().version();
  }

  /** False if it is closed, or about to be. */
  boolean tryAcquire() {
    for (int before = users.get(); before > 0; before = users.get()) {
      if (users.compareAndSet(before, before + 1)) {
        return true;
      }
    }
    return false;
  }

  void release() {
    if (users.decrementAndGet() == 0) {
      model.close();
    }
  }
}
