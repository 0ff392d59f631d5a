package io.escala.localaws.ssm;

import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.cloudformation.ResourceType;
import java.util.Map;
import java.util.Set;

/** {@code AWS::SSM::Parameter}. */
public final class ParameterType implements ResourceType {
  private final ParameterStore store;

  public ParameterType(ParameterStore store) {
    this.store = store;
  }

  @Override
  public String name() {
    return "AWS::SSM::Parameter";
  }

  @Override
  public Set<String> createOnly() {
    return Set.of("Name");
  }

  @Override
  public Resource create(ResourceContext context, ResourceProperties properties) {
    String name = properties.text("Name").orElseGet(context::physicalName);
    if (store.get(name).isPresent()) {
      throw new IllegalArgumentException("the parameter " + name + " already exists");
    }
    return put(name, properties);
  }

  @Override
  public Resource update(
      ResourceContext context, Resource current, ResourceProperties old, ResourceProperties now) {
    now.recorded("Name");
    return put(current.physicalId(), now);
  }

  @Override
  public void delete(ResourceContext context, Resource current, ResourceProperties properties) {
    boolean made = !current.attributes().isEmpty() || properties.text("Name").isEmpty();
    if (made && store.get(current.physicalId()).isPresent()) {
      store.delete(current.physicalId());
    }
  }

  private Resource put(String name, ResourceProperties properties) {
    String type = properties.requireText("Type");
    String value = properties.requireText("Value");
    properties.recorded("Description", "Tags", "Tier", "AllowedPattern", "DataType");
    properties.requireAllRead();
    store.put(name, type, value);
    return new Resource(name, Map.of("Type", type, "Value", value));
  }
}
