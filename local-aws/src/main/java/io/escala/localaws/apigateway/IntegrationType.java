package io.escala.localaws.apigateway;

import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.cloudformation.ResourceType;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code AWS::ApiGatewayV2::Integration} of a Lambda function. */
final class IntegrationType implements ResourceType {
  private static final Pattern LAMBDA =
      Pattern.compile(
          "(?:arn:aws:apigateway:[^:]+:lambda:path/2015-03-31/functions/)?"
              + "(arn:aws:lambda:[^/]+?)(?:/invocations)?");
  private final HttpApis apis;

  IntegrationType(HttpApis apis) {
    this.apis = apis;
  }

  @Override
  public String name() {
    return "AWS::ApiGatewayV2::Integration";
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
    String api = properties.requireText("ApiId");
    require(properties, "IntegrationType", "AWS_PROXY", "");
    require(properties, "PayloadFormatVersion", "2.0", "1.0");
    require(properties, "IntegrationMethod", "POST", "POST");
    require(properties, "ConnectionType", "INTERNET", "INTERNET");
    Matcher function = LAMBDA.matcher(properties.requireText("IntegrationUri"));
    if (!function.matches()) {
      throw new IllegalArgumentException(
          "local-aws integrates Lambda functions; IntegrationUri is " + function.replaceAll("$0"));
    }
    int timeout = properties.integer("TimeoutInMillis").orElse(30_000);
    if (timeout < 50 || timeout > 30_000) {
      throw new IllegalArgumentException(
          "TimeoutInMillis is " + timeout + ", but must be between 50 and 30000");
    }
    String description = properties.text("Description").orElse("");
    properties.recorded("CredentialsArn");
    properties.requireAllRead();
    apis.change(
        api,
        each -> each.with(new ApiRecord.Integration(id, function.group(1), description, timeout)));
    return new Resource(id, Map.of("IntegrationId", id));
  }

  private static void require(
      ResourceProperties properties, String name, String handled, String otherwise) {
    String value = properties.text(name).orElse(otherwise);
    if (!value.equals(handled)) {
      throw new IllegalArgumentException(
          "local-aws handles the " + name + " " + handled + ", not '" + value + "'");
    }
  }
}
