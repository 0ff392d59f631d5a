package io.escala.localaws.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The resolved properties of a resource, or an object inside them, which remembers what was read:
 * what nobody read is not handled, and {@link #requireAllRead} says so by name.
 */
public final class ResourceProperties {
  private final String at;
  private final ObjectNode node;
  private final Set<String> unread = new TreeSet<>();
  private final List<ResourceProperties> children = new ArrayList<>();

  /** The properties of a resource of type {@code type}. */
  public static ResourceProperties of(String type, ObjectNode node) {
    return new ResourceProperties(type, node);
  }

  private ResourceProperties(String at, ObjectNode node) {
    this.at = at;
    this.node = node;
    node.fieldNames().forEachRemaining(unread::add);
  }

  /**
   * The value as it stands in the template, intrinsic functions resolved; counts as read in full.
   */
  public Optional<JsonNode> json(String name) {
    unread.remove(name);
    JsonNode value = node.get(name);
    return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
  }

  /** A text, or a number or boolean as text: CloudFormation converts freely between them. */
  public Optional<String> text(String name) {
    return json(name)
        .map(
            value -> {
              if (!value.isValueNode()) {
                throw new IllegalArgumentException(
                    at + " property " + name + " must be text, but is " + value);
              }
              return value.asText();
            });
  }

  /** A text that must be there. */
  public String requireText(String name) {
    return text(name)
        .orElseThrow(() -> new IllegalArgumentException(at + " needs the property " + name));
  }

  /** A whole number. */
  public Optional<Integer> integer(String name) {
    return text(name)
        .map(
            value -> {
              try {
                return Integer.valueOf(value);
              } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                    at + " property " + name + " must be a whole number, but is " + value, e);
              }
            });
  }

  /** A boolean, also written as text. */
  public Optional<Boolean> bool(String name) {
    return text(name)
        .map(
            value ->
                switch (value) {
                  case "true" -> true;
                  case "false" -> false;
                  default ->
                      throw new IllegalArgumentException(
                          at + " property " + name + " must be true or false, but is " + value);
                });
  }

  /** A list of texts; empty when absent. */
  public List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    json(name).ifPresent(list -> list.forEach(item -> texts.add(item.asText())));
    return texts;
  }

  /** A map of texts, as environment variables are; empty when absent. */
  public Map<String, String> textMap(String name) {
    Map<String, String> map = new LinkedHashMap<>();
    json(name)
        .ifPresent(
            object -> object.properties().forEach(e -> map.put(e.getKey(), e.getValue().asText())));
    return map;
  }

  /** An object whose own properties must all be read too. */
  public Optional<ResourceProperties> object(String name) {
    return json(name).map(value -> child(name, value));
  }

  /** A list of objects whose own properties must all be read too; empty when absent. */
  public List<ResourceProperties> objects(String name) {
    List<ResourceProperties> objects = new ArrayList<>();
    json(name)
        .ifPresent(
            list -> {
              int i = 0;
              for (JsonNode item : list) {
                objects.add(child(name + "[" + i++ + "]", item));
              }
            });
    return objects;
  }

  /**
   * Takes properties that mean nothing on a laptop and are only kept with the stack (a subnet's
   * CIDR, a tag). Each use is a decision that docs/local-aws.md lists.
   */
  public void recorded(String... names) {
    for (String name : names) {
      unread.remove(name);
    }
  }

  /** Fails, with the names, when a property or one nested in it was not read. */
  public void requireAllRead() {
    List<String> left = new ArrayList<>();
    collectUnread(left);
    if (!left.isEmpty()) {
      throw new IllegalArgumentException(
          "local-aws does not handle the propert"
              + (left.size() == 1 ? "y " : "ies ")
              + String.join(", ", left));
    }
  }

  /** The resource's type, or where the object stands inside one. */
  public String at() {
    return at;
  }

  /** The whole object, intrinsic functions resolved; counts as read in full. */
  public ObjectNode whole() {
    unread.clear();
    return node.deepCopy();
  }

  private void collectUnread(List<String> left) {
    unread.forEach(name -> left.add(at + "." + name));
    children.forEach(child -> child.collectUnread(left));
  }

  private ResourceProperties child(String name, JsonNode value) {
    if (!(value instanceof ObjectNode object)) {
      throw new IllegalArgumentException(
          at + " property " + name + " must be an object, but is " + value);
    }
    ResourceProperties child = new ResourceProperties(at + "." + name, object);
    children.add(child);
    return child;
  }
}
