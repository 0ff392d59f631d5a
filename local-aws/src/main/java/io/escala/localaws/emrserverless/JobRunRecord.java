package io.escala.localaws.emrserverless;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A run of an application as it is remembered. Times are milliseconds since 1970.
 *
 * @param request as StartJobRun takes it
 * @param release the application's when the run began
 * @param state SUBMITTED, RUNNING, SUCCESS, FAILED, CANCELLING or CANCELLED
 * @param details why it is in that state; empty when the state says it all
 * @param started null before it runs
 * @param ended null before it ends
 */
record JobRunRecord(
    String id,
    String applicationId,
    ObjectNode request,
    String release,
    String state,
    String details,
    long created,
    long updated,
    Long started,
    Long ended) {
  /** In characters, as the service's model has it. */
  private static final int MOST_DETAILS = 256;

  boolean isOver() {
    return ended != null;
  }

  String name() {
    return request.path("name").asText("");
  }

  /**
   * Why it is in its state, as long as the service lets it be; there is always something to say.
   */
  String stateDetails() {
    if (!details.isBlank()) {
      return details.length() <= MOST_DETAILS
          ? details
          : details.substring(0, MOST_DETAILS - 1) + "…";
    }
    return switch (state) {
      case "SUBMITTED" -> "The run waits for a worker";
      case "RUNNING" -> "The run is under way";
      case "SUCCESS" -> "The run has completed";
      default -> "The run is " + state;
    };
  }

  JobRunRecord in(String newState, String why, long now) {
    boolean over = !newState.equals("RUNNING") && !newState.equals("CANCELLING");
    return new JobRunRecord(
        id,
        applicationId,
        request,
        release,
        newState,
        why,
        created,
        now,
        newState.equals("RUNNING") ? (Long) now : started,
        over ? (Long) now : null);
  }
}
