package io.escala.localaws.states;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The services that Task states can ask. */
final class Integrations {
  private static final Pattern RESOURCE = Pattern.compile("arn:aws(?:-[a-z]+)*:states:::(.+)");

  private final Map<String, Integration> byResource = new LinkedHashMap<>();

  Integrations(List<Integration> all) {
    all.forEach(each -> byResource.put(each.resource(), each));
  }

  /**
   * The one that a Resource names.
   *
   * @throws IllegalArgumentException when there is none
   */
  Integration require(String arn) {
    Matcher resource = RESOURCE.matcher(arn);
    Integration integration = resource.matches() ? byResource.get(resource.group(1)) : null;
    if (integration == null) {
      throw new IllegalArgumentException(
          "local-aws does not handle the Resource "
              + arn
              + "; it handles "
              + String.join(", ", new TreeSet<>(byResource.keySet())));
    }
    return integration;
  }
}
