package io.escala.infra;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** A synthesized template with the questions that tests ask of it. */
record Template(JsonNode root, Map<String, String> exports) {

  /** Logical id to whole resource, of one type. */
  Map<String, JsonNode> resources(String type) {
    Map<String, JsonNode> found = new LinkedHashMap<>();
    all()
        .forEach(
            (id, resource) -> {
              if (resource.path("Type").asText().equals(type)) {
                found.put(id, resource);
              }
            });
    return found;
  }

  Map<String, JsonNode> all() {
    Map<String, JsonNode> found = new LinkedHashMap<>();
    root.path("Resources")
        .properties()
        .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
    return found;
  }

  /** The properties of the only resource of a type. */
  JsonNode only(String type) {
    Map<String, JsonNode> found = resources(type);
    if (found.size() != 1) {
      throw new AssertionError("expected one " + type + ", found " + found.keySet());
    }
    return found.values().iterator().next().path("Properties");
  }

  JsonNode output(String name) {
    return root.path("Outputs").path(name).path("Value");
  }

  /** The elements of an array, a lone value, or nothing. */
  List<String> texts(JsonNode array) {
    if (array.isMissingNode()) {
      return List.of();
    }
    return StreamSupport.stream((array.isArray() ? array : List.of(array)).spliterator(), false)
        .map(this::text)
        .toList();
  }

  /**
   * A value as a person would write it: {@code s3://${Bucket}/models}. Hashes are left out, imports
   * are followed into the stack they come from.
   */
  String text(JsonNode value) {
    if (value.has("Fn::Join")) {
      return texts(value.path("Fn::Join").path(1)).stream()
          .collect(Collectors.joining(value.path("Fn::Join").path(0).asText()));
    }
    if (value.has("Fn::GetAtt")) {
      return "${"
          + withoutHash(value.path("Fn::GetAtt").path(0).asText())
          + "."
          + value.path("Fn::GetAtt").path(1).asText()
          + "}";
    }
    if (value.has("Ref")) {
      return "${" + withoutHash(value.path("Ref").asText()) + "}";
    }
    if (value.has("Fn::ImportValue")) {
      return exports.get(value.path("Fn::ImportValue").asText());
    }
    if (value.has("Fn::Sub")) {
      return text(value.path("Fn::Sub"));
    }
    if (value.isContainerNode()) {
      throw new AssertionError("not a text: " + value);
    }
    return value.asText().replaceAll("[0-9a-f]{64}", "<hash>");
  }

  static String withoutHash(String logicalId) {
    return logicalId.replaceFirst("[0-9A-F]{8}$", "");
  }
}
