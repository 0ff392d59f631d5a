package io.escala.localaws.kubernetes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** One run of a Job: a pod, and another after each failure as long as it may be tried again. */
final class JobRun {
  private static final int LAST_LINES = 5;

  private final JobSpec job;
  private final PodHost host;
  private final Consumer<Pod> track;

  JobRun(JobSpec job, PodHost host, Consumer<Pod> track) {
    this.job = job;
    this.host = host;
    this.track = track;
  }

  /**
   * @throws LocalCluster.RolloutFailed when it failed or took too long
   */
  void run(Duration limit) throws InterruptedException {
    Duration time = job.deadline().filter(d -> d.compareTo(limit) < 0).orElse(limit);
    long end = System.nanoTime() + time.toNanos();
    for (int failures = 0; ; failures++) {
      Pod pod = new Pod(job.namespace(), job.name() + "-" + (failures + 1), job.template(), host);
      track.accept(pod);
      deleteLog(pod);
      pod.start();
      await(pod, end - System.nanoTime(), time);
      if (pod.state().phase().equals("Succeeded")) {
        return;
      }
      if (failures >= job.retries()) {
        throw new LocalCluster.RolloutFailed(
            "Job %s/%s failed %d time%s: %s%s"
                .formatted(
                    job.namespace(),
                    job.name(),
                    failures + 1,
                    failures == 0 ? "" : "s",
                    pod.state().message(),
                    lastWords(pod)));
      }
      Thread.sleep(
          Math.min(
              host.settings().backOff().toMillis() << Math.min(failures, 5),
              Math.max(0, (end - System.nanoTime()) / 1_000_000)));
    }
  }

  private void await(Pod pod, long nanos, Duration time) throws InterruptedException {
    try {
      pod.gone().get(Math.max(1, nanos), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      String state = pod.state().reason() + " " + pod.state().message();
      pod.kill();
      throw new LocalCluster.RolloutFailed(
          "Job %s/%s did not end within %d s%s%s"
              .formatted(
                  job.namespace(),
                  job.name(),
                  time.toSeconds(),
                  state.isBlank() ? "" : " (" + state.strip() + ")",
                  lastWords(pod)));
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      pod.kill();
      throw e;
    }
  }

  private static void deleteLog(Pod pod) {
    try {
      Files.deleteIfExists(pod.log());
    } catch (IOException e) {
      throw new IllegalStateException("cannot delete " + pod.log() + ": " + e.getMessage(), e);
    }
  }

  private static String lastWords(Pod pod) {
    try {
      List<String> lines =
          new String(Files.readAllBytes(pod.log()), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank())
              .toList();
      return lines.isEmpty()
          ? ""
          : "; its last words: "
              + String.join(
                  " | ", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    } catch (IOException e) {
      return "";
    }
  }
}
