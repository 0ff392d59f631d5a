package io.escala.localaws.emrserverless;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * An application as it is remembered. Times are milliseconds since 1970.
 *
 * @param token what its maker calls it, to find it again after a kill
 * @param settings release, capacity and so on, in the names of GetApplication
 * @param state CREATED, STARTED or STOPPED
 * @param idleMinutes after how long without a run it stops; 0 for never
 */
record ApplicationRecord(
    String id,
    String token,
    String name,
    ObjectNode settings,
    String state,
    long idleMinutes,
    long created,
    long updated) {

  ApplicationRecord in(String newState, long now) {
    return new ApplicationRecord(id, token, name, settings, newState, idleMinutes, created, now);
  }
}
