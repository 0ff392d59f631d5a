package io.escala.infra;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A template as a reviewer reads it: YAML with its keys in order, {@code ${Bucket.Arn}} for the
 * functions of CloudFormation, and without what changes with the code that is deployed.
 */
final class NormalisedTemplate {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  /** The CDK's own, the same in every stack of every app. */
  private static final Set<String> THE_CDKS =
      Set.of("BootstrapVersion", "CheckBootstrapVersion", "Metadata");

  private final Template template;

  private NormalisedTemplate(Template template) {
    this.template = template;
  }

  static String of(Template template) {
    try {
      return YAML.writeValueAsString(new NormalisedTemplate(template).plain(template.root()));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private Object plain(JsonNode node) {
    if (node.isArray()) {
      List<Object> list = new ArrayList<>();
      node.forEach(element -> list.add(plain(element)));
      return list;
    }
    if (!node.isObject()) {
      return node.isTextual() ? version(template.text(node)) : node;
    }
    if (node.size() == 1 && isFunction(node.fieldNames().next())) {
      try {
        return version(template.text(node));
      } catch (AssertionError noText) {
        // Kept as the function that it is.
      }
    }
    Map<String, Object> map = new TreeMap<>();
    node.properties()
        .forEach(
            entry -> {
              Object value = THE_CDKS.contains(entry.getKey()) ? Map.of() : plain(entry.getValue());
              if (!(value instanceof Map<?, ?> nothing) || !nothing.isEmpty()) {
                map.put(version(entry.getKey()), value);
              }
            });
    return map;
  }

  private static boolean isFunction(String name) {
    return name.equals("Ref") || name.startsWith("Fn::");
  }

  /** A version of a function is named after its code. */
  private static String version(String text) {
    return text.replaceAll("(CurrentVersion)[0-9A-F]{8}[0-9a-f]{32}", "$1<hash>");
  }
}
