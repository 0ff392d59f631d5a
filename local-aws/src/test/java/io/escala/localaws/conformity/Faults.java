package io.escala.localaws.conformity;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** Collects in what an answer is not as its model says, and looks at single values. */
final class Faults {
  private static final Map<String, Pattern> PATTERNS = new ConcurrentHashMap<>();
  private final List<String> found = new ArrayList<>();

  List<String> found() {
    return found;
  }

  void add(String at, String what) {
    found.add(at + " " + what);
  }

  /** Looks for the members that must be there. */
  void requireMembers(String at, JsonNode structure, Set<String> there) {
    for (JsonNode name : structure.path("required")) {
      if (!there.contains(name.asText())) {
        add(at, "lacks the required member " + name.asText());
      }
    }
  }

  /**
   * Looks at a value that is written as text.
   *
   * @param format how a timestamp stands where neither its shape nor its member says otherwise
   */
  void text(String at, JsonNode shape, String text, String format) {
    switch (shape.path("type").asText()) {
      case "string", "character" -> string(at, shape, text);
      case "boolean" -> {
        if (!Set.of("true", "false").contains(text)) {
          add(at, "is no boolean: " + text);
        }
      }
      case "integer", "long" -> {
        if (!text.matches("-?\\d{1,19}")) {
          add(at, "is no whole number: " + text);
        } else {
          bounds(at, shape, Long.parseLong(text));
        }
      }
      case "double", "float" -> {
        if (!text.matches("-?\\d+(\\.\\d+)?([eE][-+]?\\d+)?")) {
          add(at, "is no number: " + text);
        }
      }
      case "timestamp" -> timestamp(at, shape.path("timestampFormat").asText(format), text);
      case "blob" -> base64(at, text);
      default -> add(at, "is text where the model has a " + shape.path("type").asText());
    }
  }

  /** Looks at a text's enumeration, pattern and length. */
  void string(String at, JsonNode shape, String text) {
    if (shape.has("enum")) {
      for (JsonNode value : shape.get("enum")) {
        if (value.asText().equals(text)) {
          return;
        }
      }
      add(at, "is none of " + shape.get("enum") + ": " + text);
      return;
    }
    bounds(at + ", by its length,", shape, text.codePointCount(0, text.length()));
    if (shape.has("pattern")) {
      Pattern pattern = PATTERNS.computeIfAbsent(shape.get("pattern").asText(), Pattern::compile);
      if (!pattern.matcher(text).find()) {
        add(at, "does not match " + pattern + ": " + text);
      }
    }
  }

  void bounds(String at, JsonNode shape, long value) {
    if (shape.has("min") && value < shape.get("min").asLong()) {
      add(at, "is below " + shape.get("min") + ": " + value);
    }
    if (shape.has("max") && value > shape.get("max").asLong()) {
      add(at, "is over " + shape.get("max") + ": " + value);
    }
  }

  void base64(String at, String text) {
    try {
      Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      add(at, "is not in Base64: " + text);
    }
  }

  private void timestamp(String at, String format, String text) {
    try {
      switch (format) {
        case "iso8601" -> OffsetDateTime.parse(text);
        case "rfc822" -> DateTimeFormatter.RFC_1123_DATE_TIME.parse(text, Instant::from);
        default -> add(at, "is text where the model has a time as " + format + ": " + text);
      }
    } catch (DateTimeParseException e) {
      add(at, "is no time as " + format + ": " + text);
    }
  }
}
