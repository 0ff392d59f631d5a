package io.escala.localaws.states;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;

/**
 * When and how often a failed state is tried again.
 *
 * @param errors names, see {@link TaskFailure#isNamed}
 * @param interval before the first further attempt
 * @param maxAttempts how many further attempts there are
 * @param backoff by what each wait is longer than the one before
 * @param maxDelay the longest wait; null for none
 */
record Retrier(
    List<String> errors, Duration interval, int maxAttempts, double backoff, Duration maxDelay) {

  /** A retrier of a definition, with the language's defaults. */
  static Retrier of(JsonNode json, String at) {
    Fields.require(
        json,
        at,
        "ErrorEquals",
        "IntervalSeconds",
        "MaxAttempts",
        "BackoffRate",
        "MaxDelaySeconds",
        "Comment");
    double backoff = json.path("BackoffRate").asDouble(2.0);
    int attempts = json.path("MaxAttempts").asInt(3);
    int interval = json.path("IntervalSeconds").asInt(1);
    if (backoff < 1 || attempts < 0 || interval < 1) {
      throw new IllegalArgumentException(
          at + ": BackoffRate is at least 1, MaxAttempts 0, IntervalSeconds 1, not " + json);
    }
    return new Retrier(
        Fields.errors(json, at),
        Duration.ofSeconds(interval),
        attempts,
        backoff,
        json.has("MaxDelaySeconds")
            ? Duration.ofSeconds(json.path("MaxDelaySeconds").asLong())
            : null);
  }

  boolean handles(TaskFailure failure) {
    return errors.stream().anyMatch(failure::isNamed);
  }

  /** The wait before a further attempt; the first is number 0. */
  Duration before(int attempt) {
    Duration wait = Duration.ofMillis((long) (interval.toMillis() * Math.pow(backoff, attempt)));
    return maxDelay != null && wait.compareTo(maxDelay) > 0 ? maxDelay : wait;
  }
}
