package io.escala.localaws.cloudformation;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.http.AwsException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A template, checked as far as that goes without values. */
final class Template {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION).build();
  private static final Set<String> SECTIONS =
      Set.of(
          "AWSTemplateFormatVersion",
          "Description",
          "Metadata",
          "Parameters",
          "Mappings",
          "Conditions",
          "Rules",
          "Resources",
          "Outputs");
  private static final Set<String> RESOURCE_FIELDS =
      Set.of(
          "Type",
          "Properties",
          "DependsOn",
          "Condition",
          "DeletionPolicy",
          "UpdateReplacePolicy",
          "Metadata");
  private static final Set<String> OUTPUT_FIELDS =
      Set.of("Value", "Description", "Export", "Condition");
  private static final Set<String> POLICIES = Set.of("Delete", "Retain", "RetainExceptOnCreate");
  private static final ObjectNode NONE = JsonNodeFactory.instance.objectNode();

  private final String text;
  private final ObjectNode root;

  private Template(String text, ObjectNode root) {
    this.text = text;
    this.root = root;
  }

  /** Reads a template and checks what needs no values. */
  static Template parse(String text) {
    Template template;
    try {
      if (!(JSON.readTree(text) instanceof ObjectNode object)) {
        throw error("Template format error: the template must be a JSON object");
      }
      template = new Template(text, object);
    } catch (JsonProcessingException e) {
      throw error("Template format error: JSON not well-formed: " + e.getOriginalMessage());
    }
    template.check();
    return template;
  }

  static AwsException error(String message) {
    return new AwsException(400, "ValidationError", message);
  }

  String text() {
    return text;
  }

  Optional<String> description() {
    return Optional.ofNullable(root.path("Description").textValue());
  }

  ObjectNode section(String name) {
    return root.path(name) instanceof ObjectNode section ? section : NONE;
  }

  ObjectNode resource(String logicalId) {
    return (ObjectNode) section("Resources").get(logicalId);
  }

  String type(String logicalId) {
    return resource(logicalId).path("Type").asText();
  }

  ObjectNode properties(String logicalId) {
    return resource(logicalId).path("Properties") instanceof ObjectNode properties
        ? properties
        : NONE;
  }

  String deletionPolicy(String logicalId) {
    return resource(logicalId).path("DeletionPolicy").asText("Delete");
  }

  String updateReplacePolicy(String logicalId) {
    return resource(logicalId).path("UpdateReplacePolicy").asText("Delete");
  }

  Set<String> types() {
    Set<String> types = new TreeSet<>();
    section("Resources").forEach(resource -> types.add(resource.path("Type").asText()));
    return types;
  }

  /** What a resource needs first: what it refers to and what it says in DependsOn. */
  Set<String> dependencies(String logicalId) {
    Set<String> found = new LinkedHashSet<>();
    references(properties(logicalId), found);
    found.addAll(dependsOn(logicalId));
    found.retainAll(names("Resources"));
    return found;
  }

  /** The resources for which {@code exists} holds, each after what it needs. */
  List<String> order(Set<String> exists) {
    Map<String, Set<String>> waiting = new LinkedHashMap<>();
    for (String id : names("Resources")) {
      if (exists.contains(id)) {
        Set<String> needs = dependencies(id);
        needs.retainAll(exists);
        waiting.put(id, needs);
      }
    }
    List<String> order = new ArrayList<>();
    while (!waiting.isEmpty()) {
      List<String> ready =
          waiting.entrySet().stream()
              .filter(entry -> entry.getValue().isEmpty())
              .map(Map.Entry::getKey)
              .toList();
      if (ready.isEmpty()) {
        throw error("Circular dependency between resources: " + cycle(waiting));
      }
      order.addAll(ready);
      ready.forEach(waiting::remove);
      waiting.values().forEach(needs -> ready.forEach(needs::remove));
    }
    return order;
  }

  private static List<String> cycle(Map<String, Set<String>> waiting) {
    List<String> path = new ArrayList<>();
    String at = waiting.keySet().iterator().next();
    while (!path.contains(at)) {
      path.add(at);
      at = waiting.get(at).iterator().next();
    }
    return path.subList(path.indexOf(at), path.size());
  }

  Set<String> names(String section) {
    Set<String> names = new LinkedHashSet<>();
    section(section).fieldNames().forEachRemaining(names::add);
    return names;
  }

  private List<String> dependsOn(String logicalId) {
    JsonNode node = resource(logicalId).path("DependsOn");
    List<String> list = new ArrayList<>();
    if (node.isTextual()) {
      list.add(node.textValue());
    }
    node.forEach(item -> list.add(item.asText()));
    return list;
  }

  private void check() {
    Set<String> sections = new TreeSet<>();
    root.fieldNames().forEachRemaining(sections::add);
    sections.removeAll(SECTIONS);
    if (!sections.isEmpty()) {
      throw error("Invalid template property or properties " + sections + ": not handled here");
    }
    for (String name : SECTIONS) {
      boolean text = name.equals("AWSTemplateFormatVersion") || name.equals("Description");
      JsonNode node = root.path(name);
      if (!node.isMissingNode() && (text ? !node.isTextual() : !node.isObject())) {
        throw error("Template format error: " + name + " is no " + (text ? "text" : "object"));
      }
    }
    if (names("Resources").isEmpty()) {
      throw error("Template format error: At least one Resources member must be defined.");
    }
    Set<String> known = names("Resources");
    for (String name : names("Parameters")) {
      if (!known.add(name)) {
        throw error("Template format error: " + name + " is a parameter and a resource");
      }
    }
    names("Resources").forEach(id -> checkResource(id, known));
    names("Outputs").forEach(name -> checkOutput(name, known));
    section("Conditions")
        .properties()
        .forEach(
            condition ->
                checkExpression(
                    "the condition " + condition.getKey(), condition.getValue(), known));
  }

  private void checkResource(String id, Set<String> known) {
    if (!id.matches("[A-Za-z0-9]+")) {
      throw error("Template format error: Resource name " + id + " is non alphanumeric.");
    }
    JsonNode node = section("Resources").get(id);
    if (!(node instanceof ObjectNode resource) || !resource.path("Type").isTextual()) {
      throw error("Template format error: [/Resources/" + id + "] Every resource must have a Type");
    }
    onlyFields("the resource " + id, resource, RESOURCE_FIELDS);
    if (resource.has("Properties") && !resource.get("Properties").isObject()) {
      throw error("Template format error: the Properties of " + id + " are no object");
    }
    for (String policy : List.of("DeletionPolicy", "UpdateReplacePolicy")) {
      String value = resource.path(policy).asText("Delete");
      if (!POLICIES.contains(value)
          || (policy.equals("UpdateReplacePolicy") && value.equals("RetainExceptOnCreate"))) {
        throw error("local-aws does not handle the " + policy + " " + value + " of " + id);
      }
    }
    checkCondition("the resource " + id, resource);
    for (String other : dependsOn(id)) {
      if (!section("Resources").has(other)) {
        throw error(
            "Template format error: Unresolved resource dependencies ["
                + other
                + "] in the DependsOn of "
                + id);
      }
    }
    checkExpression("the resource " + id, properties(id), known);
  }

  private void checkOutput(String name, Set<String> known) {
    if (!(section("Outputs").get(name) instanceof ObjectNode output) || !output.has("Value")) {
      throw error("Template format error: the output " + name + " has no Value");
    }
    onlyFields("the output " + name, output, OUTPUT_FIELDS);
    checkCondition("the output " + name, output);
    checkExpression("the output " + name, output, known);
  }

  private void checkCondition(String where, ObjectNode node) {
    JsonNode condition = node.path("Condition");
    if (!condition.isMissingNode() && !section("Conditions").has(condition.asText())) {
      throw error(
          "Template format error: Unresolved condition " + condition.asText() + " of " + where);
    }
  }

  private static void onlyFields(String where, ObjectNode node, Set<String> allowed) {
    Set<String> fields = new TreeSet<>();
    node.fieldNames().forEachRemaining(fields::add);
    fields.removeAll(allowed);
    if (!fields.isEmpty()) {
      throw error("local-aws does not handle " + String.join(", ", fields) + " of " + where);
    }
  }

  private void checkExpression(String where, JsonNode node, Set<String> known) {
    if (node.isObject()) {
      node.fieldNames()
          .forEachRemaining(
              field -> {
                if (field.startsWith("Fn::") && !Evaluator.FUNCTIONS.contains(field)) {
                  throw error("local-aws does not handle the function " + field + " in " + where);
                }
                if (field.startsWith("Fn::") && node.size() != 1) {
                  throw error(
                      "Template format error: " + field + " has fields beside it in " + where);
                }
              });
    }
    Set<String> referred = new LinkedHashSet<>();
    if (node.isObject() && node.size() == 1) {
      direct(node, referred);
      for (String name : referred) {
        if (!known.contains(name) && !name.startsWith("AWS::")) {
          throw error(
              "Template format error: Unresolved resource dependencies [" + name + "] in " + where);
        }
      }
    }
    node.forEach(child -> checkExpression(where, child, known));
  }

  /** Adds every logical name that the node, at any depth, refers to. */
  private static void references(JsonNode node, Set<String> found) {
    if (node.isObject() && node.size() == 1) {
      direct(node, found);
    }
    node.forEach(child -> references(child, found));
  }

  private static void direct(JsonNode node, Set<String> found) {
    if (node.path("Ref").isTextual()) {
      found.add(node.get("Ref").textValue());
    }
    JsonNode attribute = node.path("Fn::GetAtt");
    if (attribute.isTextual()) {
      found.add(attribute.textValue().split("\\.", 2)[0]);
    } else if (attribute.path(0).isTextual()) {
      found.add(attribute.get(0).textValue());
    }
    JsonNode sub = node.path("Fn::Sub");
    String text = sub.isTextual() ? sub.textValue() : sub.path(0).asText("");
    JsonNode own = sub.path(1);
    for (String name : Evaluator.substituted(text)) {
      if (!own.has(name)) {
        found.add(name.split("\\.", 2)[0]);
      }
    }
  }
}
