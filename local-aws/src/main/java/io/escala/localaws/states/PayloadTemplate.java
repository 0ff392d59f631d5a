package io.escala.localaws.states;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.http.JsonProtocol;
import java.util.Map;

/**
 * What {@code Parameters} and {@code ResultSelector} hold: names ending in {@code .$} are paths.
 */
final class PayloadTemplate {
  private static final String PATH = ".$";

  private PayloadTemplate() {}

  /**
   * Refuses what is not handled.
   *
   * @param at where the template stands
   * @throws IllegalArgumentException naming it
   */
  static void check(JsonNode template, String at) {
    if (template instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        if (field.getKey().endsWith(PATH)) {
          checkPath(field.getValue(), at + "." + field.getKey());
        } else {
          check(field.getValue(), at + "." + field.getKey());
        }
      }
    } else {
      template.forEach(item -> check(item, at));
    }
  }

  private static void checkPath(JsonNode value, String at) {
    String text = value.asText("");
    if (text.startsWith("States.")) {
      throw new IllegalArgumentException(
          at + ": local-aws does not handle the intrinsic function " + text);
    }
    try {
      ReferencePath.of(text.startsWith("$$") ? text.substring(1) : text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(at + ": " + e.getMessage(), e);
    }
  }

  /**
   * The template with the values of its paths.
   *
   * @param context what paths that begin with {@code $$} see
   * @throws TaskFailure when a path finds nothing
   */
  static JsonNode fill(JsonNode template, JsonNode input, JsonNode context) throws TaskFailure {
    if (template instanceof ObjectNode object) {
      ObjectNode filled = JsonProtocol.object();
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        String name = field.getKey();
        if (name.endsWith(PATH)) {
          String path = field.getValue().asText();
          filled.set(
              name.substring(0, name.length() - PATH.length()),
              path.startsWith("$$")
                  ? ReferencePath.of(path.substring(1)).get(context)
                  : ReferencePath.of(path).get(input));
        } else {
          filled.set(name, fill(field.getValue(), input, context));
        }
      }
      return filled;
    }
    if (template.isArray()) {
      ArrayNode filled = JsonProtocol.object().arrayNode();
      for (JsonNode item : template) {
        filled.add(fill(item, input, context));
      }
      return filled;
    }
    return template;
  }
}
