package io.escala.localaws;

import com.fasterxml.jackson.databind.JsonNode;
import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.cloudformation.ResourceType;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * In the place of a type whose resources run something: what a change does to them is decided as
 * for the type itself, but nothing runs.
 */
final class ShellType implements ResourceType {
  private final ResourceType type;
  private final Map<String, Set<String>> attributes = new TreeMap<>();

  /**
   * @param templates where others ask for the resources' attributes
   */
  ShellType(ResourceType type, Iterable<JsonNode> templates) {
    this.type = type;
    for (JsonNode template : templates) {
      for (JsonNode asked : template.findValues("Fn::GetAtt")) {
        attributes
            .computeIfAbsent(asked.path(0).asText(), id -> new TreeSet<>())
            .add(asked.path(1).asText());
      }
    }
  }

  @Override
  public String name() {
    return type.name();
  }

  @Override
  public Set<String> createOnly() {
    return type.createOnly();
  }

  @Override
  public Resource create(ResourceContext context, ResourceProperties properties) {
    return resource(context.physicalName(), context);
  }

  @Override
  public Resource update(
      ResourceContext context, Resource current, ResourceProperties old, ResourceProperties now) {
    return resource(current.physicalId(), context);
  }

  @Override
  public void delete(ResourceContext context, Resource current, ResourceProperties properties) {
    // nothing was made
  }

  private Resource resource(String id, ResourceContext context) {
    Map<String, Object> values = new TreeMap<>();
    attributes
        .getOrDefault(context.logicalId(), Set.of())
        .forEach(name -> values.put(name, id + "." + name));
    return new Resource(id, values);
  }
}
