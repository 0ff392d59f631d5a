package io.escala.localaws.apigateway;

import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.cloudformation.ResourceType;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** {@code AWS::ApiGatewayV2::Route}. */
final class RouteType implements ResourceType {
  private static final Pattern KEY =
      Pattern.compile("\\$default|(ANY|GET|HEAD|OPTIONS|PATCH|POST|PUT|DELETE) /.*");
  private final HttpApis apis;

  RouteType(HttpApis apis) {
    this.apis = apis;
  }

  @Override
  public String name() {
    return "AWS::ApiGatewayV2::Route";
  }

  @Override
  public Set<String> createOnly() {
    return Set.of("ApiId");
  }

  @Override
  public Resource create(ResourceContext context, ResourceProperties properties) {
    return set(HttpApis.newId(7), properties);
  }

  @Override
  public Resource update(
      ResourceContext context, Resource current, ResourceProperties old, ResourceProperties now) {
    return set(current.physicalId(), now);
  }

  @Override
  public void delete(ResourceContext context, Resource current, ResourceProperties properties) {
    apis.find(properties.requireText("ApiId"))
        .ifPresent(api -> apis.change(api.id(), each -> each.without(current.physicalId())));
  }

  private Resource set(String id, ResourceProperties properties) {
    ApiRecord api = apis.require(properties.requireText("ApiId"));
    String key = properties.requireText("RouteKey");
    if (!KEY.matcher(key).matches()) {
      throw new IllegalArgumentException(
          "RouteKey is '" + key + "', but must be $default or a method and a path");
    }
    if (api.routes().values().stream()
        .anyMatch(route -> route.key().equals(key) && !route.id().equals(id))) {
      throw new IllegalArgumentException("Route with key " + key + " already exists for this API");
    }
    String authorization = properties.text("AuthorizationType").orElse("NONE");
    if (!Set.of("NONE", "AWS_IAM").contains(authorization)) {
      throw new IllegalArgumentException(
          "local-aws handles the AuthorizationType NONE and AWS_IAM, not " + authorization);
    }
    String target = properties.requireText("Target");
    String integration = target.replaceFirst("^integrations/", "");
    if (!api.integrations().containsKey(integration)) {
      throw new IllegalArgumentException("Target names no integration of the API: " + target);
    }
    properties.recorded("OperationName", "ApiKeyRequired");
    properties.requireAllRead();
    apis.change(
        api.id(), each -> each.with(new ApiRecord.Route(id, key, authorization, integration)));
    return new Resource(id, Map.of("RouteId", id));
  }
}
