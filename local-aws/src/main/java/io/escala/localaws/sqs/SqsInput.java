package io.escala.localaws.sqs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.http.AwsException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The parameters of a request, which remember what was read: others are not handled. */
final class SqsInput {
  private final String at;
  private final ObjectNode node;
  private final Set<String> unread = new TreeSet<>();

  /**
   * @param at the operation, or where the object stands inside its request
   */
  SqsInput(String at, ObjectNode node) {
    this.at = at;
    this.node = node;
    node.fieldNames().forEachRemaining(unread::add);
  }

  Optional<JsonNode> json(String name) {
    unread.remove(name);
    JsonNode value = node.get(name);
    return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
  }

  Optional<String> text(String name) {
    return json(name)
        .map(
            value -> {
              if (!value.isTextual()) {
                throw malformed(name, "text", value);
              }
              return value.textValue();
            });
  }

  String requireText(String name) {
    return text(name).orElseThrow(() -> SqsError.missing(name));
  }

  Optional<Integer> integer(String name, int least, int most) {
    return json(name)
        .map(
            value -> {
              if (!value.isInt()) {
                throw malformed(name, "a whole number", value);
              }
              if (value.intValue() < least || value.intValue() > most) {
                throw SqsError.invalid(
                    name, value, "Must be between " + least + " and " + most + ", if provided.");
              }
              return value.intValue();
            });
  }

  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    json(name)
        .ifPresent(
            list -> {
              if (!list.isArray()) {
                throw malformed(name, "a list", list);
              }
              list.forEach(item -> texts.add(item.asText()));
            });
    return texts;
  }

  Map<String, String> textMap(String name) {
    Map<String, String> map = new LinkedHashMap<>();
    json(name)
        .ifPresent(
            object -> {
              if (!object.isObject()) {
                throw malformed(name, "a map", object);
              }
              object.properties().forEach(e -> map.put(e.getKey(), e.getValue().asText()));
            });
    return map;
  }

  Map<String, String> requireTextMap(String name) {
    if (json(name).isEmpty()) {
      throw SqsError.missing(name);
    }
    return textMap(name);
  }

  /** The objects of a map, by key. */
  Map<String, SqsInput> objects(String name) {
    Map<String, SqsInput> map = new LinkedHashMap<>();
    json(name)
        .ifPresent(
            objects -> {
              if (!objects.isObject()) {
                throw malformed(name, "a map", objects);
              }
              objects
                  .properties()
                  .forEach(e -> map.put(e.getKey(), object(name, e.getKey(), e.getValue())));
            });
    return map;
  }

  /** The objects of a list that must be there. */
  List<SqsInput> list(String name) {
    JsonNode list = json(name).orElseThrow(() -> SqsError.missing(name));
    if (!list.isArray()) {
      throw malformed(name, "a list", list);
    }
    List<SqsInput> entries = new ArrayList<>();
    list.forEach(entry -> entries.add(object(name, Integer.toString(entries.size()), entry)));
    return entries;
  }

  /**
   * @throws AwsException NotImplemented, with the names, when a parameter was not read
   */
  void requireAllRead() {
    if (!unread.isEmpty()) {
      throw AwsException.notHandled("SQS", at + " with " + String.join(", ", unread));
    }
  }

  private SqsInput object(String name, String key, JsonNode value) {
    if (value instanceof ObjectNode object) {
      return new SqsInput(at + " " + name + "[" + key + "]", object);
    }
    throw malformed(name + "[" + key + "]", "an object", value);
  }

  private AwsException malformed(String name, String kind, JsonNode value) {
    return new AwsException(
        400,
        "SerializationException",
        at + ": " + name + " must be " + kind + ", but is " + value.toString());
  }
}
