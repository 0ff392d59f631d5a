package io.escala.localaws;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What CloudFormation does with a resource when its stack gets another template. */
enum Fate {
  ADDED,
  REMOVED,
  LEFT_ALONE,
  CHANGED_IN_PLACE,
  REPLACED,
  /** The schema leaves it open: some values can be changed in place, others not. */
  CHANGED_OR_REPLACED;

  private static final Pattern IN_SUB = Pattern.compile("\\$\\{([A-Za-z0-9]+)[.}]");

  boolean allows(Fate seen) {
    return this == seen
        || (this == CHANGED_OR_REPLACED && (seen == CHANGED_IN_PLACE || seen == REPLACED));
  }

  /** The fate of every resource, as the resource schemas say, by logical id. */
  static Map<String, Fate> of(JsonNode before, JsonNode after) {
    Map<String, Fate> fates = new TreeMap<>();
    before.path("Resources").fieldNames().forEachRemaining(id -> fates.put(id, REMOVED));
    after
        .path("Resources")
        .fieldNames()
        .forEachRemaining(id -> fates.merge(id, ADDED, (was, now) -> LEFT_ALONE));
    Set<String> moved = new TreeSet<>(); // whoever refers to these gets another value
    boolean again = true;
    while (again) {
      again = false;
      for (Map.Entry<String, Fate> each : fates.entrySet()) {
        Fate fate = each.getValue();
        if (fate == ADDED || fate == REMOVED) {
          continue;
        }
        JsonNode now = after.path("Resources").path(each.getKey());
        JsonNode was = before.path("Resources").path(each.getKey()).path("Properties");
        Fate found = of(now.path("Type").asText(), was, now.path("Properties"), moved);
        if (found != fate) {
          each.setValue(found);
          again = true;
        }
        if (found == REPLACED) {
          moved.add(each.getKey());
        }
      }
    }
    return fates;
  }

  private static Fate of(String type, JsonNode was, JsonNode now, Set<String> moved) {
    if (was.equals(now) && !refersTo(now, moved)) {
      return LEFT_ALONE;
    }
    if (type.startsWith("AWS::CDK::")) {
      return CHANGED_IN_PLACE;
    }
    ResourceSchemas.Schema schema = schema(type);
    if (schema.createOnly().stream().anyMatch(path -> changes(path, was, now, moved))) {
      return REPLACED;
    }
    return schema.conditional().stream().anyMatch(path -> changes(path, was, now, moved))
        ? CHANGED_OR_REPLACED
        : CHANGED_IN_PLACE;
  }

  private static ResourceSchemas.Schema schema(String type) {
    return ResourceSchemas.of(
        type.startsWith("Custom::") ? "AWS::CloudFormation::CustomResource" : type);
  }

  /**
   * The resources that CloudFormation would refuse to replace: they have a name of their own, and
   * keep it, so that the new one could not be made beside the old.
   */
  static List<String> refused(JsonNode before, JsonNode after) {
    List<String> refused = new ArrayList<>();
    of(before, after)
        .forEach(
            (id, fate) -> {
              JsonNode resource = after.path("Resources").path(id);
              String type = resource.path("Type").asText();
              if (fate != REPLACED || type.startsWith("AWS::CDK::")) {
                return;
              }
              JsonNode name = resource.path("Properties").path(schema(type).name());
              JsonNode was =
                  before.path("Resources").path(id).path("Properties").path(schema(type).name());
              if (name.isTextual() && name.equals(was)) {
                refused.add(id + ", " + type + " " + name);
              }
            });
    return refused;
  }

  /** Exports that the change takes away or gives another value. */
  static Set<String> brokenExports(JsonNode before, JsonNode after) {
    Set<String> replaced = new TreeSet<>();
    of(before, after)
        .forEach(
            (id, fate) -> {
              if (fate == REPLACED) {
                replaced.add(id);
              }
            });
    Map<String, JsonNode> now = exports(after);
    Set<String> broken = new TreeSet<>();
    exports(before)
        .forEach(
            (name, value) -> {
              if (!value.equals(now.get(name)) || refersTo(value, replaced)) {
                broken.add(name);
              }
            });
    return broken;
  }

  private static Map<String, JsonNode> exports(JsonNode template) {
    Map<String, JsonNode> exports = new TreeMap<>();
    for (JsonNode output : template.path("Outputs")) {
      if (output.has("Export")) {
        exports.put(output.path("Export").path("Name").asText(), output.path("Value"));
      }
    }
    return exports;
  }

  private static boolean changes(String path, JsonNode was, JsonNode now, Set<String> moved) {
    List<JsonNode> before = values(was, List.of(path.split("/", -1)));
    List<JsonNode> after = values(now, List.of(path.split("/", -1)));
    return !before.equals(after) || after.stream().anyMatch(value -> refersTo(value, moved));
  }

  private static List<JsonNode> values(JsonNode node, List<String> path) {
    if (node.isMissingNode()) {
      return List.of();
    }
    if (path.isEmpty()) {
      return List.of(node);
    }
    List<JsonNode> values = new ArrayList<>();
    if (node.isArray()) {
      node.forEach(item -> values.addAll(values(item, path)));
    } else {
      values.addAll(values(node.path(path.get(0)), path.subList(1, path.size())));
    }
    return values;
  }

  private static boolean refersTo(JsonNode value, Set<String> ids) {
    if (ids.isEmpty()) {
      return false;
    }
    if (ids.contains(value.path("Ref").asText())
        || ids.contains(value.path("Fn::GetAtt").path(0).asText())) {
      return true;
    }
    JsonNode sub = value.path("Fn::Sub");
    Matcher names = IN_SUB.matcher(sub.isArray() ? sub.path(0).asText() : sub.asText());
    while (names.find()) {
      if (ids.contains(names.group(1))) {
        return true;
      }
    }
    for (JsonNode child : value) {
      if (refersTo(child, ids)) {
        return true;
      }
    }
    return false;
  }
}
