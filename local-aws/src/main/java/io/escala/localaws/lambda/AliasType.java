package io.escala.localaws.lambda;

import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.cloudformation.ResourceType;
import java.util.Map;
import java.util.Set;

/** {@code AWS::Lambda::Alias}: a name for one version. */
final class AliasType implements ResourceType {
  private final Functions functions;

  AliasType(Functions functions) {
    this.functions = functions;
  }

  @Override
  public String name() {
    return "AWS::Lambda::Alias";
  }

  @Override
  public Set<String> createOnly() {
    return Set.of("FunctionName", "Name");
  }

  @Override
  public Resource create(ResourceContext context, ResourceProperties properties) {
    return set(properties);
  }

  @Override
  public Resource update(
      ResourceContext context, Resource current, ResourceProperties old, ResourceProperties now) {
    return set(now);
  }

  @Override
  public void delete(ResourceContext context, Resource current, ResourceProperties properties) {
    if (current.physicalId().startsWith("arn:")) {
      FunctionAddress address = FunctionAddress.of(current.physicalId());
      functions.alias(address.name(), address.qualifier(), null);
    }
  }

  private Resource set(ResourceProperties properties) {
    FunctionRecord function = functions.require(properties.requireText("FunctionName"));
    String name = properties.requireText("Name");
    String version = properties.requireText("FunctionVersion");
    String description = properties.text("Description").orElse("");
    properties.recorded("ProvisionedConcurrencyConfig");
    properties.requireAllRead();
    functions.alias(function.name(), name, new FunctionRecord.Alias(version, description));
    String arn = functions.settings().arn(function.name()) + ":" + name;
    return new Resource(arn, Map.of("AliasArn", arn));
  }
}
