package io.escala.localaws.states;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.http.JsonProtocol;
import java.util.List;

/**
 * Where an execution goes on after an error.
 *
 * @param resultPath where error and cause are put; null when they are thrown away
 */
record Catcher(List<String> errors, String next, ReferencePath resultPath) {

  static Catcher of(JsonNode json, String at) {
    Fields.require(json, at, "ErrorEquals", "Next", "ResultPath", "Comment");
    return new Catcher(
        Fields.errors(json, at), Fields.text(json, "Next", at), Fields.resultPath(json, at));
  }

  boolean handles(TaskFailure failure) {
    return errors.stream().anyMatch(failure::isNamed);
  }

  /** What the next state gets. */
  JsonNode output(JsonNode input, TaskFailure failure) {
    ObjectNode told = JsonProtocol.object();
    told.put("Error", failure.error());
    told.put("Cause", failure.causeText());
    return resultPath == null ? input : resultPath.put(input, told);
  }
}
