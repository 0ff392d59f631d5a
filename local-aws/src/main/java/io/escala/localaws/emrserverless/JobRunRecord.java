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

  boolean isOver() {
    return ended != null;
  }

  String name() {
    return request.path("name").asText("");
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
