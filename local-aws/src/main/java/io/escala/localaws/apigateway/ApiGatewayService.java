package io.escala.localaws.apigateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.http.AwsException;
import io.escala.localaws.http.AwsRequest;
import io.escala.localaws.http.AwsResponse;
import io.escala.localaws.http.AwsService;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Amazon API Gateway's version 2 API, for looking: what there is, CloudFormation makes. */
public final class ApiGatewayService implements AwsService, AutoCloseable {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** What an API can be asked for; empty text: the API itself. */
  private static final Set<String> PARTS = Set.of("", "routes", "integrations", "stages");

  private final HttpApis apis;

  /** The API over these HTTP APIs. */
  public ApiGatewayService(HttpApis apis) {
    this.apis = apis;
  }

  @Override
  public String signingName() {
    return "apigateway";
  }

  @Override
  public AwsResponse handle(AwsRequest request) {
    List<String> path =
        List.of(request.path().replaceFirst("^/", "").replaceFirst("/$", "").split("/", -1));
    boolean handled =
        request.method().equals("GET")
            && path.size() >= 2
            && path.size() <= 4
            && path.get(0).equals("v2")
            && path.get(1).equals("apis");
    if (!handled) {
      throw notHandled(request);
    }
    if (path.size() == 2) {
      return json(200, items(apis.all(), ApiGatewayService::api));
    }
    String part = path.size() == 3 ? "" : path.get(3);
    if (!PARTS.contains(part)) {
      throw notHandled(request);
    }
    ApiRecord api = apis.require(path.get(2));
    return switch (part) {
      case "routes" -> json(200, items(api.routes().values(), ApiGatewayService::route));
      case "integrations" ->
          json(200, items(api.integrations().values(), ApiGatewayService::integration));
      case "stages" -> json(200, items(api.stages().values(), ApiGatewayService::stage));
      default -> json(200, api(api));
    };
  }

  @Override
  public AwsResponse error(AwsRequest request, AwsException error) {
    return AwsResponse.of(
        error.status(),
        Map.of("Content-Type", "application/json", "x-amzn-ErrorType", error.code()),
        JSON.objectNode()
            .put("message", error.getMessage())
            .toString()
            .getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    apis.close();
  }

  private static AwsException notHandled(AwsRequest request) {
    return AwsException.notHandled("API Gateway", request.method() + " " + request.path());
  }

  private static ObjectNode api(ApiRecord api) {
    ObjectNode json = JSON.objectNode();
    json.put("apiId", api.id());
    json.put("name", api.name());
    json.put("description", api.description());
    json.put("apiEndpoint", api.url());
    json.put("protocolType", "HTTP");
    json.put("routeSelectionExpression", "$request.method $request.path");
    json.put("createdDate", Instant.ofEpochMilli(api.created()).toString());
    json.put("disableExecuteApiEndpoint", false);
    if (api.cors() != null) {
      ObjectNode cors = json.putObject("corsConfiguration");
      texts(cors, "allowOrigins", api.cors().allowOrigins());
      texts(cors, "allowMethods", api.cors().allowMethods());
      texts(cors, "allowHeaders", api.cors().allowHeaders());
      texts(cors, "exposeHeaders", api.cors().exposeHeaders());
      cors.put("allowCredentials", api.cors().allowCredentials());
      if (api.cors().maxAge() != null) {
        cors.put("maxAge", api.cors().maxAge());
      }
    }
    return json;
  }

  private static ObjectNode route(ApiRecord.Route route) {
    return JSON.objectNode()
        .put("routeId", route.id())
        .put("routeKey", route.key())
        .put("authorizationType", route.authorization())
        .put("apiKeyRequired", false)
        .put("target", "integrations/" + route.integration());
  }

  private static ObjectNode integration(ApiRecord.Integration integration) {
    return JSON.objectNode()
        .put("integrationId", integration.id())
        .put("integrationType", "AWS_PROXY")
        .put("integrationMethod", "POST")
        .put("integrationUri", integration.function())
        .put("connectionType", "INTERNET")
        .put("payloadFormatVersion", "2.0")
        .put("timeoutInMillis", integration.timeoutMillis())
        .put("description", integration.description());
  }

  private static ObjectNode stage(ApiRecord.Stage stage) {
    ObjectNode json = JSON.objectNode();
    json.put("stageName", stage.name());
    json.put("description", stage.description());
    json.put("autoDeploy", stage.autoDeploy());
    ObjectNode variables = json.putObject("stageVariables");
    stage.variables().forEach(variables::put);
    return json;
  }

  private static <T> ObjectNode items(Collection<T> all, Function<T, ObjectNode> render) {
    ObjectNode json = JSON.objectNode();
    ArrayNode items = json.putArray("items");
    all.forEach(each -> items.add(render.apply(each)));
    return json;
  }

  private static void texts(ObjectNode json, String name, List<String> values) {
    ArrayNode array = json.putArray(name);
    values.forEach(array::add);
  }

  private static AwsResponse json(int status, JsonNode json) {
    return AwsResponse.of(
        status,
        Map.of("Content-Type", "application/json"),
        json.toString().getBytes(StandardCharsets.UTF_8));
  }
}
