package io.escala.localaws.apigateway;

import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.cloudformation.ResourceType;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/** {@code AWS::ApiGatewayV2::Api} of protocol HTTP. */
final class ApiType implements ResourceType {
  private final HttpApis apis;

  ApiType(HttpApis apis) {
    this.apis = apis;
  }

  @Override
  public String name() {
    return "AWS::ApiGatewayV2::Api";
  }

  @Override
  public Set<String> createOnly() {
    return Set.of("ProtocolType");
  }

  @Override
  public Resource create(ResourceContext context, ResourceProperties properties)
      throws IOException {
    String protocol = properties.requireText("ProtocolType");
    if (!protocol.equals("HTTP")) {
      throw new IllegalArgumentException("local-aws does not handle ProtocolType " + protocol);
    }
    String name = properties.requireText("Name");
    String description = properties.text("Description").orElse("");
    ApiRecord.Cors cors = cors(properties);
    properties.recorded("Tags", "DisableExecuteApiEndpoint");
    properties.requireAllRead();
    return resource(apis.create(context.physicalName(), name, description, cors));
  }

  @Override
  public Resource update(
      ResourceContext context, Resource current, ResourceProperties old, ResourceProperties now) {
    String name = now.requireText("Name");
    String description = now.text("Description").orElse("");
    ApiRecord.Cors cors = cors(now);
    now.recorded("Tags", "ProtocolType", "DisableExecuteApiEndpoint");
    now.requireAllRead();
    apis.change(current.physicalId(), api -> api.with(name, description, cors));
    return resource(apis.require(current.physicalId()));
  }

  @Override
  public void delete(ResourceContext context, Resource current, ResourceProperties properties) {
    apis.find(current.physicalId()).ifPresent(api -> apis.delete(api.id()));
  }

  private static Resource resource(ApiRecord api) {
    return new Resource(api.id(), Map.of("ApiId", api.id(), "ApiEndpoint", api.url()));
  }

  private static ApiRecord.Cors cors(ResourceProperties properties) {
    return properties
        .object("CorsConfiguration")
        .map(
            cors ->
                new ApiRecord.Cors(
                    cors.texts("AllowOrigins"),
                    cors.texts("AllowMethods"),
                    cors.texts("AllowHeaders"),
                    cors.texts("ExposeHeaders"),
                    cors.bool("AllowCredentials").orElse(false),
                    cors.integer("MaxAge").orElse(null)))
        .orElse(null);
  }
}
