package io.escala.localaws.emr;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs {@code spark-submit} for a service that has no clusters, as a step of one is run. */
public interface SparkRuns {

  /**
   * Starts a run. What cannot be started fails in {@link Run#await}.
   *
   * @param id names the run, unlike any other's
   * @param arguments what stands after {@code spark-submit}
   * @param sparkDefaults Spark's configuration, over which the arguments go
   * @param logs where the driver's {@code stdout} and {@code stderr} go
   */
  Run start(String id, List<String> arguments, Map<String, String> sparkDefaults, Logs logs);

  /**
   * A folder for logs.
   *
   * @param uri an {@code s3://} address; null for a folder of the endpoint's state
   * @param below the folder's path there
   */
  record Logs(String uri, String below) {}

  /** A run that was started. */
  interface Run {
    /** Waits for the end; what went wrong, in a sentence, or empty when nothing did. */
    Optional<String> await() throws InterruptedException;

    /** Ends it now. */
    void stop();
  }

  /** Such runs in JVMs of their own. */
  static SparkRuns of(EmrSettings settings) {
    SparkStepRunner runner = new SparkStepRunner(settings);
    return (id, arguments, sparkDefaults, logs) -> {
      Path own = settings.state().path(logs.below()).toAbsolutePath();
      StepRunner.Running running =
          runner.start(
              id,
              arguments,
              sparkDefaults,
              logs.uri() == null
                  ? new SparkStepRunner.StepLogs(own, own.toString(), false)
                  : settings.logs(logs.uri(), logs.below(), false));
      return new Run() {
        @Override
        public Optional<String> await() throws InterruptedException {
          return running.await().map(failure -> failure.message());
        }

        @Override
        public void stop() {
          running.stop();
        }
      };
    };
  }
}
