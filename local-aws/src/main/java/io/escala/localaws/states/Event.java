package io.escala.localaws.states;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.http.JsonProtocol;
import java.math.BigDecimal;

/**
 * An event of an execution's history.
 *
 * @param id counted from 1
 * @param type the API's, such as {@code TaskSubmitted}
 * @param at milliseconds since 1970
 * @param member the member that holds the details; null for none
 */
record Event(int id, String type, long at, String member, ObjectNode details) {

  /** In the names of GetExecutionHistory. */
  ObjectNode json() {
    ObjectNode json = JsonProtocol.object();
    json.put("timestamp", BigDecimal.valueOf(at, 3));
    json.put("type", type);
    json.put("id", id);
    json.put("previousEventId", id - 1);
    if (member != null) {
      json.set(member, details);
    }
    return json;
  }
}
