package io.escala.localaws.cloudformation;

import static io.escala.localaws.cloudformation.Template.error;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The values of a template's parameters.
 *
 * @param given what the caller or the default says, by name: for an SSM parameter its name there
 * @param values what {@code Ref} gives
 */
record ParameterValues(Map<String, String> given, Map<String, JsonNode> values) {
  private static final Set<String> FIELDS =
      Set.of(
          "Type",
          "Default",
          "Description",
          "AllowedValues",
          "AllowedPattern",
          "ConstraintDescription",
          "MinLength",
          "MaxLength",
          "MinValue",
          "MaxValue",
          "NoEcho");

  /** Takes the caller's values, checks them, and fills in defaults. */
  static ParameterValues of(
      Template template, Map<String, String> sent, Function<String, Optional<String>> ssm) {
    Set<String> unknown = new TreeSet<>(sent.keySet());
    unknown.removeAll(template.names("Parameters"));
    if (!unknown.isEmpty()) {
      throw error("Parameters: " + unknown + " do not exist in the template");
    }
    Map<String, String> given = new LinkedHashMap<>();
    Map<String, JsonNode> values = new LinkedHashMap<>();
    Set<String> missing = new TreeSet<>();
    for (String name : template.names("Parameters")) {
      if (!(template.section("Parameters").get(name) instanceof ObjectNode declared)) {
        throw error("Template format error: the parameter " + name + " is no object");
      }
      declared
          .fieldNames()
          .forEachRemaining(
              field -> {
                if (!FIELDS.contains(field)) {
                  throw error("local-aws does not handle " + field + " of the parameter " + name);
                }
              });
      String value = sent.get(name);
      if (value == null && declared.has("Default")) {
        value = declared.get("Default").asText();
      }
      if (value == null) {
        missing.add(name);
        continue;
      }
      given.put(name, value);
      values.put(name, value(name, declared, value, ssm));
    }
    if (!missing.isEmpty()) {
      throw error("Parameters: " + missing + " must have values");
    }
    return new ParameterValues(given, values);
  }

  private static JsonNode value(
      String name, ObjectNode declared, String value, Function<String, Optional<String>> ssm) {
    check(name, declared, value);
    String type = declared.path("Type").asText("String");
    return switch (type) {
      case "String" -> TextNode.valueOf(value);
      case "Number" -> {
        number(name, value);
        yield TextNode.valueOf(value);
      }
      case "CommaDelimitedList", "List<String>" -> list(value);
      case "List<Number>" -> {
        ArrayNode list = list(value);
        list.forEach(item -> number(name, item.asText()));
        yield list;
      }
      case "AWS::SSM::Parameter::Value<String>" -> TextNode.valueOf(stored(value, ssm));
      case "AWS::SSM::Parameter::Value<CommaDelimitedList>",
          "AWS::SSM::Parameter::Value<List<String>>" ->
          list(stored(value, ssm));
      default ->
          throw error("local-aws does not handle the type " + type + " of parameter " + name);
    };
  }

  private static String stored(String name, Function<String, Optional<String>> ssm) {
    return ssm.apply(name)
        .orElseThrow(
            () ->
                error(
                    "Unable to fetch parameters ["
                        + name
                        + "] from parameter store for this account."));
  }

  private static ArrayNode list(String value) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    if (!value.isEmpty()) {
      for (String item : value.split(",", -1)) {
        list.add(item.strip());
      }
    }
    return list;
  }

  private static void check(String name, ObjectNode declared, String value) {
    JsonNode allowed = declared.path("AllowedValues");
    if (allowed.isArray()) {
      boolean found = false;
      for (JsonNode item : allowed) {
        found |= item.asText().equals(value);
      }
      require(found, name, declared, "must be one of " + allowed);
    }
    if (declared.has("AllowedPattern")) {
      String pattern = declared.get("AllowedPattern").asText();
      require(Pattern.matches(pattern, value), name, declared, "must match pattern " + pattern);
    }
    if (declared.has("MinLength")) {
      int min = declared.get("MinLength").asInt();
      require(value.length() >= min, name, declared, "must have length of at least " + min);
    }
    if (declared.has("MaxLength")) {
      int max = declared.get("MaxLength").asInt();
      require(value.length() <= max, name, declared, "must have length of at most " + max);
    }
    if (declared.has("MinValue")) {
      double min = declared.get("MinValue").asDouble();
      require(number(name, value) >= min, name, declared, "must be at least " + min);
    }
    if (declared.has("MaxValue")) {
      double max = declared.get("MaxValue").asDouble();
      require(number(name, value) <= max, name, declared, "must be at most " + max);
    }
  }

  private static void require(boolean holds, String name, ObjectNode declared, String what) {
    if (!holds) {
      throw error(
          "Parameter '" + name + "' " + declared.path("ConstraintDescription").asText(what));
    }
  }

  private static double number(String name, String value) {
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw error("Parameter '" + name + "' must be a number, not " + value);
    }
  }
}
