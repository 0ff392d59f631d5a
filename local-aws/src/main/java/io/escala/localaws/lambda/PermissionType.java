package io.escala.localaws.lambda;

import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.cloudformation.ResourceType;
import java.util.Map;
import java.util.Set;

/**
 * {@code AWS::Lambda::Permission}: checked to name a function that exists, and recorded. On a
 * laptop there is one principal.
 */
final class PermissionType implements ResourceType {
  private final Functions functions;

  PermissionType(Functions functions) {
    this.functions = functions;
  }

  @Override
  public String name() {
    return "AWS::Lambda::Permission";
  }

  @Override
  public Set<String> createOnly() {
    return Set.of(
        "Action",
        "EventSourceToken",
        "FunctionName",
        "FunctionUrlAuthType",
        "InvokedViaFunctionUrl",
        "Principal",
        "PrincipalOrgID",
        "SourceAccount",
        "SourceArn");
  }

  @Override
  public Resource create(ResourceContext context, ResourceProperties properties) {
    functions.version(properties.requireText("FunctionName"), null);
    properties.recorded(createOnly().toArray(String[]::new));
    properties.requireAllRead();
    return new Resource(context.physicalName(), Map.of("Id", context.physicalName()));
  }

  @Override
  public Resource update(
      ResourceContext context, Resource current, ResourceProperties old, ResourceProperties now) {
    throw new IllegalStateException("every property of a permission is create-only");
  }

  @Override
  public void delete(ResourceContext context, Resource current, ResourceProperties properties) {
    // Nothing was made.
  }
}
