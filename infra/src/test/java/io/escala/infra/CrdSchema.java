package io.escala.infra;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A published CustomResourceDefinition as {@code trim-crd.py} reduced it, and what is wrong with a
 * document by it. Stricter than an API server, which drops fields that it does not know: here they
 * are mistakes.
 */
record CrdSchema(JsonNode definition) {
  private static final Set<String> OF_EVERY_OBJECT = Set.of("apiVersion", "kind", "metadata");

  static CrdSchema named(String file) throws IOException {
    try (InputStream in = CrdSchema.class.getResourceAsStream(file)) {
      return new CrdSchema(new ObjectMapper().readTree(in));
    }
  }

  /** One line for each mistake. */
  List<String> mistakes(JsonNode document) {
    List<String> mistakes = new ArrayList<>();
    String version = definition.path("group").asText() + "/" + definition.path("version").asText();
    if (!document.path("apiVersion").asText().equals(version)) {
      mistakes.add("apiVersion is not " + version);
    }
    if (!document.path("kind").equals(definition.path("kind"))) {
      mistakes.add("kind is not " + definition.path("kind").asText());
    }
    if (document.at("/metadata/name").asText().isEmpty()) {
      mistakes.add("metadata.name is missing");
    }
    JsonNode schema = definition.path("schema").path("properties");
    document
        .properties()
        .forEach(
            field -> {
              if (schema.has(field.getKey()) && !OF_EVERY_OBJECT.contains(field.getKey())) {
                check(schema.path(field.getKey()), field.getValue(), field.getKey(), mistakes);
              } else if (!OF_EVERY_OBJECT.contains(field.getKey())) {
                mistakes.add(field.getKey() + " is unknown");
              }
            });
    return mistakes;
  }

  private static void check(JsonNode schema, JsonNode value, String path, List<String> mistakes) {
    if (!hasType(schema, value)) {
      mistakes.add(
          path + " is no " + schema.path("type").asText("integer or string") + ": " + value);
      return;
    }
    if (schema.has("enum") && !contains(schema.path("enum"), value)) {
      mistakes.add(path + " is none of " + schema.path("enum") + ": " + value);
    }
    if (schema.has("pattern")
        && value.isTextual()
        && !value.asText().matches(schema.path("pattern").asText())) {
      mistakes.add(path + " does not match " + schema.path("pattern").asText() + ": " + value);
    }
    if (value.isNumber()
        && (value.asDouble() < schema.path("minimum").asDouble(Double.NEGATIVE_INFINITY)
            || value.asDouble() > schema.path("maximum").asDouble(Double.POSITIVE_INFINITY))) {
      mistakes.add(path + " is out of range: " + value);
    }
    schema
        .path("required")
        .forEach(
            name -> {
              if (!value.has(name.asText())) {
                mistakes.add(path + "." + name.asText() + " is missing");
              }
            });
    if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        check(schema.path("items"), value.get(i), path + "[" + i + "]", mistakes);
      }
    }
    if (value.isObject() && !schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
      value
          .properties()
          .forEach(
              field -> {
                String name = path + "." + field.getKey();
                if (schema.path("properties").has(field.getKey())) {
                  check(
                      schema.path("properties").path(field.getKey()),
                      field.getValue(),
                      name,
                      mistakes);
                } else if (schema.path("additionalProperties").isObject()) {
                  check(schema.path("additionalProperties"), field.getValue(), name, mistakes);
                } else {
                  mistakes.add(name + " is unknown");
                }
              });
    }
  }

  private static boolean hasType(JsonNode schema, JsonNode value) {
    if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
      return value.isIntegralNumber() || value.isTextual();
    }
    return switch (schema.path("type").asText()) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "boolean" -> value.isBoolean();
      default -> schema.path("x-kubernetes-preserve-unknown-fields").asBoolean();
    };
  }

  private static boolean contains(JsonNode values, JsonNode value) {
    for (JsonNode one : values) {
      if (one.equals(value)) {
        return true;
      }
    }
    return false;
  }
}
