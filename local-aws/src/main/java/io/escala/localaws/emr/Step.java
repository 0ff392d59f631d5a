package io.escala.localaws.emr;

import java.util.List;
import java.util.Map;

/**
 * A step of a cluster: what to run and how far that is. Times are milliseconds since 1970.
 *
 * @param actionOnFailure {@code CONTINUE}, {@code CANCEL_AND_WAIT}, {@code TERMINATE_CLUSTER} or
 *     {@code TERMINATE_JOB_FLOW}
 * @param mainClass as submitted; null when none was
 * @param state EMR's: PENDING, RUNNING, COMPLETED, CANCELLED, FAILED
 * @param message why it is in that state; null when the state says it all
 * @param failure what failed; null unless FAILED
 * @param started null before it runs
 * @param ended null before it ends
 */
record Step(
    String id,
    String name,
    String actionOnFailure,
    String jar,
    String mainClass,
    List<String> args,
    Map<String, String> properties,
    String state,
    String message,
    Failure failure,
    long created,
    Long started,
    Long ended) {

  /**
   * EMR's FailureDetails.
   *
   * @param reason what happened to the step's process
   * @param message the line that tells why
   * @param logFile where to read on
   */
  record Failure(String reason, String message, String logFile) {}

  boolean pending() {
    return state.equals("PENDING");
  }

  boolean isRunning() {
    return state.equals("RUNNING");
  }

  Step running(long now) {
    return in("RUNNING", null, null, now, null);
  }

  Step completed(long now) {
    return in("COMPLETED", null, null, started, now);
  }

  Step cancelled(String why, long now) {
    return in("CANCELLED", why, null, started, now);
  }

  Step failed(Failure why, long now) {
    return in("FAILED", null, why, started, now);
  }

  private Step in(String newState, String why, Failure what, Long from, Long until) {
    return new Step(
        id,
        name,
        actionOnFailure,
        jar,
        mainClass,
        args,
        properties,
        newState,
        why,
        what,
        created,
        from,
        until);
  }
}
