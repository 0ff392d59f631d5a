package io.escala.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** How long each part of a command took, for the person who waited. */
final class Phases {
  private record Phase(String name, long nanos) {}

  private final List<Phase> phases = new ArrayList<>();

  <T> T time(String name, Supplier<T> work) {
    long start = System.nanoTime();
    try {
      return work.get();
    } finally {
      phases.add(new Phase(name, System.nanoTime() - start));
    }
  }

  void time(String name, Runnable work) {
    time(
        name,
        () -> {
          work.run();
          return null;
        });
  }

  /** For example {@code 21.4 s: endpoint 0.8, deployment 5.1, training 14.9, serving 0.6}. */
  @Override
  public String toString() {
    long total = phases.stream().mapToLong(Phase::nanos).sum();
    return seconds(total)
        + " s: "
        + String.join(
            ", ",
            phases.stream().map(phase -> phase.name() + " " + seconds(phase.nanos())).toList());
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.1f", nanos / 1e9);
  }
}
