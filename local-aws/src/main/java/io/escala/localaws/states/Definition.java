package io.escala.localaws.states;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A state machine's definition in Amazon's States Language, looked through as a whole: what is
 * accepted, runs.
 *
 * @param limit how long an execution may take; empty for as long as it likes
 * @see <a href="https://states-language.net/spec.html">the language</a>
 */
record Definition(String startAt, Map<String, State> states, Optional<Duration> limit) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads a definition.
   *
   * @throws IllegalArgumentException naming what is wrong or not handled
   */
  static Definition of(String text, Integrations integrations) {
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the definition is no JSON: " + e.getOriginalMessage(), e);
    }
    if (!json.path("QueryLanguage").asText("JSONPath").equals("JSONPath")) {
      throw new IllegalArgumentException(
          "the definition: local-aws does not handle the query language "
              + json.path("QueryLanguage").asText()
              + "; it handles JSONPath");
    }
    String at = "the definition";
    Fields.require(
        json, at, "Comment", "StartAt", "States", "TimeoutSeconds", "Version", "QueryLanguage");
    Map<String, State> states = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> state : json.path("States").properties()) {
      states.put(state.getKey(), State.of(state.getKey(), state.getValue(), integrations));
    }
    String startAt = Fields.text(json, "StartAt", at);
    requireReachable(startAt, states);
    return new Definition(
        startAt,
        states,
        json.has("TimeoutSeconds")
            ? Optional.of(Duration.ofSeconds(json.path("TimeoutSeconds").asLong()))
            : Optional.empty());
  }

  private static void requireReachable(String startAt, Map<String, State> states) {
    Set<String> reached = new LinkedHashSet<>();
    Deque<String> next = new ArrayDeque<>(Set.of(startAt));
    while (!next.isEmpty()) {
      String name = next.remove();
      if (!states.containsKey(name)) {
        throw new IllegalArgumentException(
            "MISSING_TRANSITION_TARGET: there is no state " + name + " to go to");
      }
      if (reached.add(name)) {
        next.addAll(states.get(name).targets());
      }
    }
    Set<String> never = new TreeSet<>(states.keySet());
    never.removeAll(reached);
    if (!never.isEmpty()) {
      throw new IllegalArgumentException(
          "MISSING_TRANSITION_TARGET: nothing leads to the state " + String.join(", ", never));
    }
  }
}
