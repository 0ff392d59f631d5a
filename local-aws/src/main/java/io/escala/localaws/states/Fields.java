package io.escala.localaws.states;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Reads the fields of a definition's objects, and names those that are not handled. */
final class Fields {
  private Fields() {}

  /**
   * @param at where the object stands
   * @throws IllegalArgumentException naming the other fields that it has
   */
  static void require(JsonNode json, String at, String... known) {
    Set<String> unknown = new TreeSet<>();
    json.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(Set.of(known));
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          at + ": local-aws does not handle " + String.join(", ", unknown));
    }
  }

  static String text(JsonNode json, String name, String at) {
    String text = json.path(name).asText("");
    if (text.isEmpty()) {
      throw new IllegalArgumentException(at + ": " + name + " is missing");
    }
    return text;
  }

  /** Null when the result is thrown away; {@code $} when nothing is said. */
  static ReferencePath resultPath(JsonNode json, String at) {
    return path(json, "ResultPath", at);
  }

  /** Null when the field is null; {@code $} when there is none. */
  static ReferencePath path(JsonNode json, String name, String at) {
    JsonNode path = json.path(name);
    try {
      return path.isNull() ? null : ReferencePath.of(path.asText("$"));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(at + "." + name + ": " + e.getMessage(), e);
    }
  }

  static List<String> errors(JsonNode json, String at) {
    List<String> errors = new ArrayList<>();
    json.path("ErrorEquals").forEach(error -> errors.add(error.asText()));
    if (errors.isEmpty()) {
      throw new IllegalArgumentException(at + ": ErrorEquals is missing");
    }
    return errors;
  }
}
