package io.escala.localaws.conformity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Compares JSON with a shape. */
final class JsonWalk {
  private final ServiceModel model;
  private final Faults faults;

  JsonWalk(ServiceModel model, Faults faults) {
    this.model = model;
    this.faults = faults;
  }

  void value(String at, JsonNode shape, JsonNode value) {
    String type = shape.path("type").asText();
    switch (type) {
      case "structure" -> structure(at, shape, value, Set.of());
      case "list" -> list(at, shape, value);
      case "map" -> map(at, shape, value);
      case "string" -> {
        if (expect(at, type, value.isTextual(), value)) {
          faults.string(at, shape, value.textValue());
        }
      }
      case "blob" -> {
        if (expect(at, type, value.isTextual(), value)) {
          faults.base64(at, value.textValue());
        }
      }
      case "boolean" -> expect(at, type, value.isBoolean(), value);
      case "integer", "long" -> {
        if (expect(at, type, value.isIntegralNumber(), value)) {
          faults.bounds(at, shape, value.longValue());
        }
      }
      case "double", "float" -> expect(at, type, value.isNumber(), value);
      case "timestamp" -> {
        String format = shape.path("timestampFormat").asText("unixTimestamp");
        if (format.equals("unixTimestamp")) {
          expect(at, "number of seconds", value.isNumber(), value);
        } else if (expect(at, "time as text", value.isTextual(), value)) {
          faults.text(at, shape, value.textValue(), format);
        }
      }
      default -> faults.add(at, "is of a type that this test does not know: " + shape);
    }
  }

  /**
   * Compares an object.
   *
   * @param elsewhere members that are there, but not in the body
   */
  void structure(String at, JsonNode shape, JsonNode value, Set<String> elsewhere) {
    if (!expect(at, "structure", value.isObject(), value)) {
      return;
    }
    Map<String, String> names = new TreeMap<>();
    shape
        .path("members")
        .properties()
        .forEach(
            m -> {
              if (!m.getValue().has("location")) {
                names.put(m.getValue().path("locationName").asText(m.getKey()), m.getKey());
              }
            });
    Set<String> there = new HashSet<>(elsewhere);
    value
        .properties()
        .forEach(
            field -> {
              String member = names.get(field.getKey());
              String inside = at + "." + field.getKey();
              if (member == null) {
                faults.add(inside, "is unknown to the model");
                return;
              }
              there.add(member);
              JsonNode reference = shape.path("members").path(member);
              value(inside, model.shape(reference), field.getValue());
            });
    faults.requireMembers(at, shape, there);
  }

  private void list(String at, JsonNode shape, JsonNode value) {
    if (expect(at, "list", value.isArray(), value)) {
      for (int i = 0; i < value.size(); i++) {
        value(at + "[" + i + "]", model.shape(shape.path("member")), value.get(i));
      }
    }
  }

  private void map(String at, JsonNode shape, JsonNode value) {
    if (expect(at, "map", value.isObject(), value)) {
      value
          .properties()
          .forEach(
              entry -> {
                String inside = at + "." + entry.getKey();
                faults.string(inside + " (key)", model.shape(shape.path("key")), entry.getKey());
                value(inside, model.shape(shape.path("value")), entry.getValue());
              });
    }
  }

  private boolean expect(String at, String type, boolean is, JsonNode value) {
    if (!is) {
      faults.add(at, "is no " + type + ": " + value);
    }
    return is;
  }
}
