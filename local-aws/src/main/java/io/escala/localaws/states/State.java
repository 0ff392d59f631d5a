package io.escala.localaws.states;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A state of a definition, looked through.
 *
 * @param type Task, Pass, Wait, Choice, Succeed or Fail
 * @param json as it is written
 * @param inputPath null for an empty input
 * @param resultPath null when the result is thrown away
 * @param outputPath null for an empty output
 */
record State(
    String name,
    String type,
    ObjectNode json,
    ReferencePath inputPath,
    ReferencePath resultPath,
    ReferencePath outputPath,
    List<Retrier> retriers,
    List<Catcher> catchers) {

  /**
   * Reads a state.
   *
   * @throws IllegalArgumentException naming what is wrong or not handled
   */
  static State of(String name, JsonNode json, Integrations integrations) {
    String at = "state " + name;
    String type = Fields.text(json, "Type", at);
    switch (type) {
      case "Task" -> task(json, at, integrations);
      case "Pass" -> known(json, at, "Next", "End", "Result", "ResultPath", "Parameters");
      case "Wait" -> {
        known(json, at, "Next", "End", "Seconds", "SecondsPath", "Timestamp", "TimestampPath");
        if (json.has("Seconds") == json.has("SecondsPath")
            && json.has("Timestamp") == json.has("TimestampPath")) {
          throw new IllegalArgumentException(at + " must say for how long, once");
        }
        Fields.path(json, "SecondsPath", at);
        Fields.path(json, "TimestampPath", at);
      }
      case "Choice" -> {
        known(json, at, "Choices", "Default");
        int i = 0;
        for (JsonNode rule : json.path("Choices")) {
          ChoiceRule.check(rule, at + ".Choices[" + i++ + "]", true);
        }
        if (i == 0) {
          throw new IllegalArgumentException(at + ": Choices is missing");
        }
      }
      case "Succeed" -> known(json, at);
      case "Fail" -> {
        Fields.require(json, at, "Type", "Comment", "Error", "Cause", "ErrorPath", "CausePath");
        Fields.path(json, "ErrorPath", at);
        Fields.path(json, "CausePath", at);
      }
      default ->
          throw new IllegalArgumentException(
              at
                  + ": local-aws does not handle states of type "
                  + type
                  + "; it handles Task, Pass, Wait, Choice, Succeed and Fail");
    }
    PayloadTemplate.check(json.path("Parameters"), at + ".Parameters");
    PayloadTemplate.check(json.path("ResultSelector"), at + ".ResultSelector");
    boolean continues = List.of("Task", "Pass", "Wait").contains(type);
    if (continues && json.has("Next") == json.path("End").asBoolean()) {
      throw new IllegalArgumentException(at + " must have either Next or End");
    }
    List<Retrier> retriers = new ArrayList<>();
    json.path("Retry").forEach(each -> retriers.add(Retrier.of(each, at + ".Retry")));
    List<Catcher> catchers = new ArrayList<>();
    json.path("Catch").forEach(each -> catchers.add(Catcher.of(each, at + ".Catch")));
    return new State(
        name,
        type,
        json.deepCopy(),
        Fields.path(json, "InputPath", at),
        Fields.resultPath(json, at),
        Fields.path(json, "OutputPath", at),
        List.copyOf(retriers),
        List.copyOf(catchers));
  }

  private static void task(JsonNode json, String at, Integrations integrations) {
    known(
        json,
        at,
        "Next",
        "End",
        "Resource",
        "Parameters",
        "ResultSelector",
        "ResultPath",
        "TimeoutSeconds",
        "Retry",
        "Catch");
    try {
      integrations.require(Fields.text(json, "Resource", at)).check(json.path("Parameters"));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(at + ": " + e.getMessage(), e);
    }
  }

  private static void known(JsonNode json, String at, String... more) {
    List<String> all = new ArrayList<>(List.of("Type", "Comment", "InputPath", "OutputPath"));
    all.addAll(List.of(more));
    Fields.require(json, at, all.toArray(String[]::new));
  }

  /** Where this state can lead to. */
  List<String> targets() {
    List<String> targets = new ArrayList<>(ChoiceRule.targets(json));
    if (json.has("Next")) {
      targets.add(json.path("Next").asText());
    }
    catchers.forEach(catcher -> targets.add(catcher.next()));
    return targets;
  }
}
