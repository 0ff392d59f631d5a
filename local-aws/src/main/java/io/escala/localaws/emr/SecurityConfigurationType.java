package io.escala.localaws.emr;

import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.cloudformation.ResourceType;
import java.util.Map;
import java.util.Set;

/** {@code AWS::EMR::SecurityConfiguration}. */
record SecurityConfigurationType(SecurityConfigurations configurations) implements ResourceType {

  @Override
  public String name() {
    return "AWS::EMR::SecurityConfiguration";
  }

  @Override
  public Set<String> createOnly() {
    return Set.of("Name", "SecurityConfiguration");
  }

  @Override
  public Resource create(ResourceContext context, ResourceProperties properties) {
    String name = properties.text("Name").orElse(context.physicalName());
    configurations.create(
        name,
        context.physicalName(),
        properties
            .json("SecurityConfiguration")
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        properties.at() + " needs the property SecurityConfiguration")));
    properties.requireAllRead();
    return new Resource(name, Map.of());
  }

  @Override
  public Resource update(
      ResourceContext context, Resource current, ResourceProperties old, ResourceProperties now) {
    throw new IllegalStateException("every property of a security configuration is create-only");
  }

  @Override
  public void delete(ResourceContext context, Resource current, ResourceProperties properties) {
    configurations.delete(current.physicalId());
  }
}
