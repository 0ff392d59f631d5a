package io.escala.localaws.states;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.http.JsonProtocol;
import java.util.List;
import java.util.Map;

/** The events of an execution: what each of them tells, and what can be found in them. */
final class History {
  /** For each end of an execution the event that tells it. */
  private static final Map<String, String> ENDS =
      Map.of(
          "SUCCEEDED", "ExecutionSucceeded",
          "FAILED", "ExecutionFailed",
          "TIMED_OUT", "ExecutionTimedOut",
          "ABORTED", "ExecutionAborted");

  private History() {}

  static Event event(
      ExecutionRecord record, String type, long now, String member, ObjectNode told) {
    return new Event(record.events().size() + 1, type, now, member, told);
  }

  /** The execution with its end in the history. */
  static ExecutionRecord ended(
      ExecutionRecord record, String status, String output, String error, String cause, long now) {
    ObjectNode told = JsonProtocol.object();
    put(told, "output", output);
    put(told, "error", error);
    put(told, "cause", cause);
    String type = ENDS.get(status);
    String member = "execution" + type.substring("Execution".length()) + "EventDetails";
    return record
        .with(event(record, type, now, member, told))
        .over(status, output, error, cause, now);
  }

  static void put(ObjectNode object, String name, String value) {
    if (value != null) {
      object.put(name, value);
    }
  }

  /** The clusters that an execution made. */
  static List<String> clusters(ExecutionRecord record) {
    String resource = ClusterTasks.CREATE.substring(ClusterTasks.CREATE.indexOf(':') + 1);
    return record.events().stream()
        .filter(event -> event.type().equals("TaskSubmitted"))
        .map(Event::details)
        .filter(details -> details.path("resource").asText().equals(resource))
        .map(details -> JsonProtocol.parse(details.path("output").asText()))
        .map(output -> output.path("ClusterId"))
        .filter(JsonNode::isTextual)
        .map(JsonNode::asText)
        .toList();
  }
}
