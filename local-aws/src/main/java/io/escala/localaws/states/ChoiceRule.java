package io.escala.localaws.states;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/** A rule of a Choice state. */
final class ChoiceRule {
  private static final Pattern COMPARISON =
      Pattern.compile(
          "(String|Numeric|Timestamp)(Equals|LessThan|LessThanEquals|GreaterThan|GreaterThanEquals)(Path)?");
  private static final List<String> TESTS =
      List.of("IsNull", "IsPresent", "IsNumeric", "IsString", "IsBoolean", "IsTimestamp");

  private static final String BOOLEAN = "BooleanEquals";

  private ChoiceRule() {}

  /**
   * Refuses what is not handled.
   *
   * @throws IllegalArgumentException naming it
   */
  static void check(JsonNode rule, String at, boolean top) {
    if (top) {
      Fields.text(rule, "Next", at);
    }
    int comparisons = 0;
    for (var field : rule.properties()) {
      String name = field.getKey();
      switch (name) {
        case "And", "Or" -> field.getValue().forEach(each -> check(each, at + "." + name, false));
        case "Not" -> check(field.getValue(), at + ".Not", false);
        case "Variable" -> Fields.path(rule, name, at);
        case "Next" -> comparisons--;
        case "Comment" -> comparisons--;
        default -> {
          if (!name.equals(BOOLEAN)
              && !TESTS.contains(name)
              && !COMPARISON.matcher(name).matches()) {
            throw new IllegalArgumentException(at + ": local-aws does not handle " + name);
          }
          Fields.text(rule, "Variable", at);
          if (name.endsWith("Path")) {
            Fields.path(rule, name, at);
          }
        }
      }
      comparisons += name.equals("Variable") ? 0 : 1;
    }
    if (comparisons != 1) {
      throw new IllegalArgumentException(at + " must have one comparison, but is " + rule);
    }
  }

  /** Whether the rule holds for an input. */
  static boolean holds(JsonNode rule, JsonNode input) throws TaskFailure {
    if (rule.has("Not")) {
      return !holds(rule.get("Not"), input);
    }
    if (rule.has("And")) {
      return count(rule.get("And"), input) == rule.get("And").size();
    }
    if (rule.has("Or")) {
      return count(rule.get("Or"), input) > 0;
    }
    ReferencePath variable = ReferencePath.of(rule.path("Variable").asText());
    Optional<JsonNode> found = variable.find(input);
    for (var field : rule.properties()) {
      String name = field.getKey();
      if (name.equals("IsPresent")) {
        return found.isPresent() == field.getValue().asBoolean();
      }
      if (name.equals(BOOLEAN)) {
        return variable.get(input).equals(field.getValue());
      }
      if (TESTS.contains(name)) {
        return test(name, variable.get(input)) == field.getValue().asBoolean();
      }
      var comparison = COMPARISON.matcher(name);
      if (comparison.matches()) {
        JsonNode other =
            comparison.group(3) == null
                ? field.getValue()
                : ReferencePath.of(field.getValue().asText()).get(input);
        return compare(comparison.group(1), comparison.group(2), variable.get(input), other);
      }
    }
    throw new IllegalStateException("a rule without a comparison: " + rule);
  }

  private static int count(JsonNode rules, JsonNode input) throws TaskFailure {
    int count = 0;
    for (JsonNode rule : rules) {
      count += holds(rule, input) ? 1 : 0;
    }
    return count;
  }

  private static boolean test(String name, JsonNode value) {
    return switch (name) {
      case "IsNull" -> value.isNull();
      case "IsNumeric" -> value.isNumber();
      case "IsString" -> value.isTextual();
      case "IsBoolean" -> value.isBoolean();
      default -> timestamp(value).isPresent();
    };
  }

  /** Values of another kind than the comparison's are not equal, not less and not greater. */
  private static boolean compare(String kind, String how, JsonNode left, JsonNode right) {
    Optional<Integer> order = Optional.empty();
    switch (kind.toLowerCase(Locale.ROOT)) {
      case "string" -> {
        if (left.isTextual() && right.isTextual()) {
          order = Optional.of(left.asText().compareTo(right.asText()));
        }
      }
      case "numeric" -> {
        if (left.isNumber() && right.isNumber()) {
          order = Optional.of(left.decimalValue().compareTo(right.decimalValue()));
        }
      }
      default -> {
        Optional<Instant> other = timestamp(right);
        order = timestamp(left).flatMap(time -> other.map(time::compareTo));
      }
    }
    IntPredicate holds =
        switch (how) {
          case "Equals" -> sign -> sign == 0;
          case "LessThan" -> sign -> sign < 0;
          case "LessThanEquals" -> sign -> sign <= 0;
          case "GreaterThan" -> sign -> sign > 0;
          default -> sign -> sign >= 0;
        };
    return order.isPresent() && holds.test(order.get());
  }

  private static Optional<Instant> timestamp(JsonNode value) {
    try {
      return value.isTextual() ? Optional.of(Instant.parse(value.asText())) : Optional.empty();
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** The states that the rules of a state lead to. */
  static List<String> targets(JsonNode state) {
    List<String> targets = new ArrayList<>();
    state.path("Choices").forEach(rule -> targets.add(rule.path("Next").asText()));
    if (state.has("Default")) {
      targets.add(state.path("Default").asText());
    }
    return targets;
  }
}
