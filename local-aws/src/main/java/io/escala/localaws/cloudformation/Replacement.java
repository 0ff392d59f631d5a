package io.escala.localaws.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Tells which changes of properties need a new resource. */
final class Replacement {
  private Replacement() {}

  /**
   * The top-level properties whose change replaces the resource; empty when all can be changed in
   * place.
   *
   * @param createOnly see {@link ResourceType#createOnly}
   */
  static Set<String> causes(Set<String> createOnly, ObjectNode old, ObjectNode now) {
    Set<String> causes = new TreeSet<>();
    for (String path : createOnly) {
      String[] names = path.split("/", -1);
      if (!at(old, names).equals(at(now, names))) {
        causes.add(names[0]);
      }
    }
    return causes;
  }

  /** What stands there: nothing, one value, or one for each object of the lists on the way. */
  private static List<JsonNode> at(JsonNode properties, String[] names) {
    List<JsonNode> found = List.of(properties);
    for (String name : names) {
      List<JsonNode> inside = new ArrayList<>();
      for (JsonNode each : found) {
        for (JsonNode object : each.isArray() ? each : List.of(each)) {
          if (object.has(name)) {
            inside.add(object.get(name));
          }
        }
      }
      found = inside;
    }
    return found;
  }
}
