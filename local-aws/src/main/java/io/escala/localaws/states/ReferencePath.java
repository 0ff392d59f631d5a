package io.escala.localaws.states;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.http.JsonProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A path to one place in a document: {@code $}, {@code $.a.b}, {@code $.a[0]}, {@code $['a b']}.
 * Paths that may find several things are not among them.
 */
record ReferencePath(String text, List<String> fields) {
  private static final Pattern PART =
      Pattern.compile("\\.([A-Za-z_][\\w-]*)|\\['([^']+)'\\]|\\[(\\d{1,6})\\]");

  /**
   * Reads a path that begins with {@code $}.
   *
   * @throws IllegalArgumentException when it is none, or finds more than one place
   */
  static ReferencePath of(String text) {
    if (!text.startsWith("$")) {
      throw new IllegalArgumentException(text + " is no path; one begins with $");
    }
    List<String> fields = new ArrayList<>();
    Matcher part = PART.matcher(text);
    int at = 1;
    while (at < text.length()) {
      if (!part.find(at) || part.start() != at) {
        throw new IllegalArgumentException(
            "local-aws does not handle the path "
                + text
                + ": it handles $, fields ($.a.b, $['a b']) and places of a list ($.a[0])");
      }
      for (int group = 1; group <= 3; group++) {
        if (part.group(group) != null) {
          fields.add(part.group(group));
        }
      }
      at = part.end();
    }
    return new ReferencePath(text, fields);
  }

  /** What stands there, if anything does. */
  Optional<JsonNode> find(JsonNode document) {
    JsonNode node = document;
    for (String field : fields) {
      node =
          node.isArray() && field.matches("\\d+")
              ? node.path(Integer.parseInt(field))
              : node.path(field);
    }
    return node.isMissingNode() ? Optional.empty() : Optional.of(node);
  }

  /**
   * What stands there.
   *
   * @throws TaskFailure States.Runtime, when nothing does
   */
  JsonNode get(JsonNode document) throws TaskFailure {
    return find(document)
        .orElseThrow(
            () ->
                new TaskFailure(
                    TaskFailure.RUNTIME,
                    "The path " + text + " could not be found in the input " + document));
  }

  /** The document with a value there; objects on the way are made. */
  JsonNode put(JsonNode document, JsonNode value) {
    if (fields.isEmpty()) {
      return value;
    }
    ObjectNode result =
        document instanceof ObjectNode object ? object.deepCopy() : JsonProtocol.object();
    ObjectNode at = result;
    for (String field : fields.subList(0, fields.size() - 1)) {
      at = at.get(field) instanceof ObjectNode inner ? inner : at.putObject(field);
    }
    at.set(fields.get(fields.size() - 1), value);
    return result;
  }
}
