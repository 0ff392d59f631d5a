package io.escala.cli.emr;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.emr.model.Step;
import software.amazon.awssdk.services.emr.model.StepState;

/**
 * How a step ended.
 *
 * @param cause why it did not do its work; empty when it did
 * @param metrics the figures of the model, where it trained one
 */
record Outcome(String clusterId, Step step, Optional<String> cause, Map<String, Object> metrics) {

  boolean isGood() {
    return step.status().state() == StepState.COMPLETED;
  }

  /** For {@code --json}. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("clusterId", clusterId);
    json.put("stepId", step.id());
    json.put("name", step.name());
    json.put("state", step.status().stateAsString());
    json.put("seconds", Times.seconds(step.status().timeline()));
    json.put("cause", cause.orElse(null));
    json.put("metrics", metrics);
    return json;
  }
}
