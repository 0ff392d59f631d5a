package io.escala.localaws.emr;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A cluster as it is remembered. Times are milliseconds since 1970.
 *
 * @param id {@code j-...}
 * @param token what its maker calls it, to find it again after a kill; may be null
 * @param request the RunJobFlow request without its steps
 * @param state EMR's: STARTING, BOOTSTRAPPING, RUNNING, WAITING, TERMINATING, TERMINATED,
 *     TERMINATED_WITH_ERRORS
 * @param reasonCode EMR's ClusterStateChangeReasonCode; null for none
 * @param reason the sentence to it; null for none
 * @param ready when it could run steps; null before
 * @param ended null before
 */
record ClusterRecord(
    String id,
    String token,
    ObjectNode request,
    boolean terminationProtected,
    String state,
    String reasonCode,
    String reason,
    long created,
    Long ready,
    Long ended,
    List<Step> steps) {

  boolean over() {
    return state.startsWith("TERMINATED");
  }

  String name() {
    return request.path("Name").asText();
  }

  boolean keptAliveWithoutSteps() {
    return request.path("Instances").path("KeepJobFlowAliveWhenNoSteps").asBoolean();
  }

  ClusterRecord in(String newState, String code, String why) {
    return new ClusterRecord(
        id,
        token,
        request,
        terminationProtected,
        newState,
        code,
        why,
        created,
        ready,
        ended,
        steps);
  }

  ClusterRecord as(ObjectNode newRequest) {
    return new ClusterRecord(
        id,
        token,
        newRequest,
        terminationProtected,
        state,
        reasonCode,
        reason,
        created,
        ready,
        ended,
        steps);
  }

  ClusterRecord readyAt(long now) {
    return new ClusterRecord(
        id,
        token,
        request,
        terminationProtected,
        state,
        reasonCode,
        reason,
        created,
        now,
        ended,
        steps);
  }

  ClusterRecord endedAt(long now) {
    return new ClusterRecord(
        id,
        token,
        request,
        terminationProtected,
        state,
        reasonCode,
        reason,
        created,
        ready,
        now,
        steps);
  }

  ClusterRecord protectedFromTermination(boolean on) {
    return new ClusterRecord(
        id, token, request, on, state, reasonCode, reason, created, ready, ended, steps);
  }

  ClusterRecord with(List<Step> newSteps) {
    return new ClusterRecord(
        id,
        token,
        request,
        terminationProtected,
        state,
        reasonCode,
        reason,
        created,
        ready,
        ended,
        List.copyOf(newSteps));
  }
}
