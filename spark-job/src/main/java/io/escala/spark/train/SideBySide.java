package io.escala.spark.train;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** Runs independent fits at the same time: each is many short Spark jobs of one or few tasks. */
final class SideBySide {
  private SideBySide() {}

  /**
   * The results in the order of the work.
   *
   * @param atOnce how many run at the same time at most
   */
  static <T> List<T> run(List<Supplier<T>> work, int atOnce) {
    ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, atOnce));
    try {
      List<Future<T>> running = work.stream().map(w -> threads.submit(w::get)).toList();
      List<T> results = new ArrayList<>();
      for (Future<T> one : running) {
        results.add(one.get());
      }
      return results;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("a fit failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while fitting", e);
    } finally {
      threads.shutdownNow();
    }
  }
}
