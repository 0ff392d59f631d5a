package io.escala.infra;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What each resource of a template needs before it is made, and so outlives: CloudFormation deletes
 * in the opposite order.
 */
final class Dependencies {
  private static final Pattern IN_TEXT = Pattern.compile("\\$\\{([A-Za-z0-9]+)[.}]");

  private final Map<String, Set<String>> direct = new TreeMap<>();

  Dependencies(Template template) {
    Set<String> ids = template.all().keySet();
    template
        .all()
        .forEach(
            (id, resource) -> {
              Set<String> needed = new TreeSet<>();
              collect(resource.path("Properties"), needed);
              template.texts(resource.path("DependsOn")).forEach(needed::add);
              needed.retainAll(ids);
              direct.put(id, needed);
            });
  }

  /** The logical ids of all that {@code id} needs, by however many steps. */
  Set<String> of(String id) {
    Set<String> found = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>(direct.get(id));
    while (!open.isEmpty()) {
      String next = open.pop();
      if (found.add(next)) {
        open.addAll(direct.get(next));
      }
    }
    return found;
  }

  /** The logical ids of what needs itself, which CloudFormation refuses; none if all is well. */
  Set<String> circular() {
    return direct.keySet().stream().filter(id -> of(id).contains(id)).collect(Collectors.toSet());
  }

  private static void collect(JsonNode node, Set<String> needed) {
    if (node.has("Ref")) {
      needed.add(node.path("Ref").asText());
    }
    if (node.has("Fn::GetAtt")) {
      JsonNode attribute = node.path("Fn::GetAtt");
      needed.add(attribute.isArray() ? attribute.path(0).asText() : attribute.asText());
    }
    if (node.has("Fn::Sub")) {
      Matcher names = IN_TEXT.matcher(node.path("Fn::Sub").toString());
      while (names.find()) {
        needed.add(names.group(1));
      }
    }
    node.forEach(child -> collect(child, needed));
  }
}
