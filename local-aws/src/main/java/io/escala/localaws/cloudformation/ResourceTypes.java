package io.escala.localaws.cloudformation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The resource types that the endpoint handles, by name. */
final class ResourceTypes {
  private static final String CUSTOM = "Custom::*";
  private final Map<String, ResourceType> byName = new LinkedHashMap<>();

  ResourceTypes(List<ResourceType> types) {
    for (ResourceType type : types) {
      if (byName.put(type.name(), type) != null) {
        throw new IllegalStateException("two resource types are called " + type.name());
      }
    }
  }

  boolean handles(String name) {
    return byName.containsKey(key(name));
  }

  /** The type; every name must have been checked by {@link #require}. */
  ResourceType get(String name) {
    ResourceType type = byName.get(key(name));
    if (type == null) {
      throw Template.error("local-aws does not handle the resource type " + name);
    }
    return type;
  }

  /** Fails with all the types that are not handled. */
  void require(Set<String> names) {
    List<String> unknown = names.stream().filter(name -> !handles(name)).toList();
    if (!unknown.isEmpty()) {
      throw Template.error(
          "Template format error: Unrecognized resource types: "
              + unknown
              + " (local-aws does not handle them)");
    }
  }

  /** A custom resource whose work the endpoint does itself goes before all others. */
  private String key(String name) {
    boolean custom =
        name.startsWith("Custom::") || name.equals("AWS::CloudFormation::CustomResource");
    return custom && !byName.containsKey(name) ? CUSTOM : name;
  }
}
