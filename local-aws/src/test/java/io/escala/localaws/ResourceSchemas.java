package io.escala.localaws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.TreeSet;

/** What {@code local-aws/replacements} took from CloudFormation's resource schemas. */
final class ResourceSchemas {
  private static final JsonNode TYPES = read();

  private ResourceSchemas() {}

  /**
   * What the schema of a type says of changes.
   *
   * @param createOnly properties whose change needs a new resource; one inside another as a path
   * @param conditional those whose change may need one
   * @param name the property that names the resource; empty when AWS names it
   */
  record Schema(Set<String> createOnly, Set<String> conditional, String name) {}

  static Schema of(String type) {
    JsonNode facts = TYPES.path(type);
    if (facts.isMissingNode()) {
      throw new AssertionError(
          "no schema of " + type + " is in replacements.json: run local-aws/replacements");
    }
    return new Schema(
        texts(facts.path("createOnly")),
        texts(facts.path("conditional")),
        facts.path("name").asText(""));
  }

  private static Set<String> texts(JsonNode list) {
    Set<String> texts = new TreeSet<>();
    list.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static JsonNode read() {
    try (InputStream in = ResourceSchemas.class.getResourceAsStream("/replacements.json")) {
      return new ObjectMapper().readTree(in).path("types");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
