package io.escala.localaws.apigateway;

import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.cloudformation.ResourceType;
import java.util.Map;
import java.util.Set;

/** {@code AWS::ApiGatewayV2::Stage}; what is deployed is always what the API is now. */
final class StageType implements ResourceType {
  private final HttpApis apis;

  StageType(HttpApis apis) {
    this.apis = apis;
  }

  @Override
  public String name() {
    return "AWS::ApiGatewayV2::Stage";
  }

  @Override
  public Set<String> createOnly() {
    return Set.of("ApiId", "StageName");
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
    apis.find(properties.requireText("ApiId"))
        .ifPresent(api -> apis.change(api.id(), each -> each.without(current.physicalId())));
  }

  private Resource set(ResourceProperties properties) {
    String api = properties.requireText("ApiId");
    String name = properties.requireText("StageName");
    boolean autoDeploy = properties.bool("AutoDeploy").orElse(false);
    if (!autoDeploy) {
      throw new IllegalArgumentException("local-aws handles stages with AutoDeploy true only");
    }
    String description = properties.text("Description").orElse("");
    Map<String, String> variables = properties.textMap("StageVariables");
    properties.recorded("Tags", "AccessLogSettings", "DefaultRouteSettings", "RouteSettings");
    properties.requireAllRead();
    apis.change(
        api, each -> each.with(new ApiRecord.Stage(name, description, variables, autoDeploy)));
    return new Resource(name, Map.of());
  }
}
