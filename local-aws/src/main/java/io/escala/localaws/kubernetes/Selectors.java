package io.escala.localaws.kubernetes;

import io.escala.localaws.cloudformation.ResourceProperties;
import java.util.Map;

/** Which pods a selector means. */
final class Selectors {
  private Selectors() {}

  /** The labels of a selector that knows equality only; {@code matchExpressions} are refused. */
  static Map<String, String> matchLabels(ResourceProperties spec, String name) {
    return spec.object(name).map(selector -> selector.textMap("matchLabels")).orElse(Map.of());
  }

  static boolean match(Map<String, String> selector, Map<String, String> labels) {
    return labels.entrySet().containsAll(selector.entrySet());
  }
}
