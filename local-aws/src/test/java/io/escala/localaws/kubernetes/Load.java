package io.escala.localaws.kubernetes;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Requests at a steady rate, whether or not the ones before were answered. */
final class Load {
  private static final int PER_SECOND = 200;

  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService clients = Executors.newCachedThreadPool();
  private final AtomicInteger answered = new AtomicInteger();
  private final Set<String> answers = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();

  Load(ClusterFixture fixture, String path) {
    var unused =
        clock.scheduleAtFixedRate(
            () -> clients.execute(() -> ask(fixture, path)),
            0,
            1_000_000 / PER_SECOND,
            TimeUnit.MICROSECONDS);
  }

  private void ask(ClusterFixture fixture, String path) {
    try {
      HttpResponse<String> answer = fixture.send(fixture.url(path));
      if (answer.statusCode() == 200) {
        answers.add(answer.body());
        answered.incrementAndGet();
      } else {
        failures.add(answer.statusCode() + " " + answer.body());
      }
    } catch (IOException | RuntimeException e) {
      failures.add(e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  int answered() {
    return answered.get();
  }

  /** Who answered since the last call. */
  Set<String> takeAnswers() {
    Set<String> taken = Set.copyOf(answers);
    answers.clear();
    return taken;
  }

  /**
   * Who answers once what was under way is answered too: waits until so many different ones do, and
   * no others.
   */
  Set<String> awaitAnswersOf(int pods) throws InterruptedException {
    long end = System.nanoTime() + ClusterFixture.LIMIT.toNanos();
    Set<String> now;
    do {
      Set<String> unused = takeAnswers();
      await(100);
      now = takeAnswers();
    } while (now.size() != pods && System.nanoTime() < end);
    return now;
  }

  /** Waits until so many more were answered. */
  void await(int more) throws InterruptedException {
    int before = answered();
    ClusterFixture.eventually(more + " more answers", () -> answered() >= before + more);
  }

  List<String> failures() {
    return new ArrayList<>(failures);
  }

  /** Sends no more, and waits for the answers. */
  void finish() throws InterruptedException {
    clock.shutdown();
    clients.shutdown();
    if (!clients.awaitTermination(60, TimeUnit.SECONDS)) {
      failures.add("a request was never answered");
    }
  }
}
