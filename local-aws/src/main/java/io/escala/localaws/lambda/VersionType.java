package io.escala.localaws.lambda;

import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.cloudformation.ResourceType;
import java.util.Map;
import java.util.Set;

/** {@code AWS::Lambda::Version}: publishes what the function is at that moment. */
final class VersionType implements ResourceType {
  private final Functions functions;

  VersionType(Functions functions) {
    this.functions = functions;
  }

  @Override
  public String name() {
    return "AWS::Lambda::Version";
  }

  @Override
  public Set<String> createOnly() {
    return Set.of("FunctionName", "Description", "CodeSha256", "RuntimePolicy");
  }

  @Override
  public Resource create(ResourceContext context, ResourceProperties properties) {
    FunctionRecord function = functions.require(properties.requireText("FunctionName"));
    String description = properties.text("Description").orElse(null);
    properties
        .text("CodeSha256")
        .filter(sha -> !sha.equals(function.latest().codeSha256()))
        .ifPresent(
            sha -> {
              throw new IllegalArgumentException(
                  "CodeSha256 is "
                      + sha
                      + ", but the function's code has "
                      + function.latest().codeSha256());
            });
    properties.recorded("ProvisionedConcurrencyConfig");
    properties.requireAllRead();
    String number = functions.publish(function.name(), description);
    String arn = functions.settings().arn(function.name()) + ":" + number;
    return new Resource(arn, Map.of("Version", number, "FunctionArn", arn));
  }

  @Override
  public Resource update(
      ResourceContext context, Resource current, ResourceProperties old, ResourceProperties now) {
    return current; // ProvisionedConcurrencyConfig, recorded
  }

  @Override
  public void delete(ResourceContext context, Resource current, ResourceProperties properties) {
    if (current.physicalId().startsWith("arn:")) {
      FunctionAddress address = FunctionAddress.of(current.physicalId());
      functions.deleteVersion(address.name(), address.qualifier());
    }
  }
}
