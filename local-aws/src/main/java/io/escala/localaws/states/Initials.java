package io.escala.localaws.states;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.http.JsonProtocol;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The same members with a capital, as templates and definitions have them, and without. */
final class Initials {
  /** Maps, whose keys are the user's. */
  private static final Set<String> MAPS = Set.of("Properties", "Tags");

  private Initials() {}

  /** The document with members that begin with a small letter. */
  static JsonNode small(JsonNode node) {
    if (node instanceof ObjectNode object) {
      ObjectNode result = JsonProtocol.object();
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        String name = field.getKey();
        result.set(
            name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1),
            MAPS.contains(name) ? field.getValue() : small(field.getValue()));
      }
      return result;
    }
    if (node.isArray()) {
      ArrayNode result = JsonProtocol.object().arrayNode();
      node.forEach(item -> result.add(small(item)));
      return result;
    }
    return node;
  }

  static String capital(String name) {
    return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }
}
