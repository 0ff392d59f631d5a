package io.escala.inference;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The fields of one JSON object, asked for by name and type; a refusal names the field by its path.
 */
final class JsonFields {
  private final String path;
  private final Map<?, ?> fields;
  private final Set<String> asked = new HashSet<>();

  JsonFields(String path, Map<?, ?> fields) {
    this.path = path;
    this.fields = fields;
  }

  String path(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  boolean has(String name) {
    asked.add(name);
    return fields.containsKey(name);
  }

  List<String> names() {
    List<String> names = new ArrayList<>();
    for (Object name : fields.keySet()) {
      names.add((String) name);
    }
    return names;
  }

  /** The value, which may be null. */
  Object nullable(String name) {
    asked.add(name);
    return fields.get(name);
  }

  Object any(String name) {
    if (!has(name)) {
      throw new IllegalArgumentException("field " + path(name) + " is missing");
    }
    return typed(path(name), fields.get(name), Object.class, "a value");
  }

  String string(String name) {
    return typed(path(name), any(name), String.class, "a string");
  }

  boolean bool(String name) {
    return typed(path(name), any(name), Boolean.class, "true or false");
  }

  double number(String name) {
    return typed(path(name), any(name), Number.class, "a number").doubleValue();
  }

  long whole(String name) {
    return typed(path(name), any(name), Long.class, "a whole number");
  }

  JsonFields object(String name) {
    return new JsonFields(path(name), typed(path(name), any(name), Map.class, "an object"));
  }

  List<Object> list(String name) {
    return elements(name, Object.class, "a value");
  }

  List<String> strings(String name) {
    return elements(name, String.class, "a string");
  }

  List<Long> wholes(String name) {
    return elements(name, Long.class, "a whole number");
  }

  List<Double> numbers(String name) {
    List<Double> result = new ArrayList<>();
    for (Number number : elements(name, Number.class, "a number")) {
      result.add(number.doubleValue());
    }
    return result;
  }

  List<JsonFields> objects(String name) {
    List<JsonFields> result = new ArrayList<>();
    for (Map<?, ?> object : elements(name, Map.class, "an object")) {
      result.add(new JsonFields(path(name) + "[" + result.size() + "]", object));
    }
    return result;
  }

  /** A field that nobody asked for is a mistake, not a comment. */
  void refuseOthers() {
    for (String name : names()) {
      if (!asked.contains(name)) {
        throw new IllegalArgumentException(
            "field "
                + path(name)
                + " is not known; known are "
                + asked.stream().sorted().collect(Collectors.joining(", ")));
      }
    }
  }

  private <T> List<T> elements(String name, Class<T> type, String described) {
    List<?> list = typed(path(name), any(name), List.class, "an array");
    List<T> result = new ArrayList<>();
    for (Object element : list) {
      // A path for each of a picture's pixels would be the most of a start's work here
      result.add(
          type.isInstance(element)
              ? type.cast(element)
              : typed(path(name) + "[" + result.size() + "]", element, type, described));
    }
    return result;
  }

  private static <T> T typed(String path, Object value, Class<T> type, String described) {
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException(
          path + " must be " + described + ", but is " + Datatype.shown(value));
    }
    return type.cast(value);
  }
}
