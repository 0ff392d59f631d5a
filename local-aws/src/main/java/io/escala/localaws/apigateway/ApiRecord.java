package io.escala.localaws.apigateway;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An HTTP API as it is remembered.
 *
 * @param id ten letters and digits
 * @param token what its maker calls it, to find it again after a kill
 * @param port where it listens on 127.0.0.1
 * @param cors what a web page may do; null for nothing
 * @param created milliseconds since 1970
 */
record ApiRecord(
    String id,
    String token,
    String name,
    String description,
    int port,
    Cors cors,
    Map<String, Integration> integrations,
    Map<String, Route> routes,
    Map<String, Stage> stages,
    long created) {

  /** Cross-origin rules, as the API's CorsConfiguration has them. */
  record Cors(
      List<String> allowOrigins,
      List<String> allowMethods,
      List<String> allowHeaders,
      List<String> exposeHeaders,
      boolean allowCredentials,
      Integer maxAge) {}

  /**
   * A Lambda function behind routes.
   *
   * @param function its ARN, with version or alias if the template has one
   * @param timeoutMillis how long it may take
   */
  record Integration(String id, String function, String description, int timeoutMillis) {}

  /**
   * Which requests go where.
   *
   * @param key for example {@code POST /v1/{proxy+}}, {@code ANY /a} or {@code $default}
   * @param authorization {@code NONE} or {@code AWS_IAM}
   * @param integration its id
   */
  record Route(String id, String key, String authorization, String integration) {}

  /**
   * A stage.
   *
   * @param name {@code $default} stands at the root, any other below its name
   */
  record Stage(
      String name, String description, Map<String, String> variables, boolean autoDeploy) {}

  String url() {
    return "http://127.0.0.1:" + port;
  }

  ApiRecord with(String newName, String newDescription, Cors newCors) {
    return new ApiRecord(
        id, token, newName, newDescription, port, newCors, integrations, routes, stages, created);
  }

  ApiRecord at(int newPort) {
    return new ApiRecord(
        id, token, name, description, newPort, cors, integrations, routes, stages, created);
  }

  ApiRecord with(Integration integration) {
    return new ApiRecord(
        id,
        token,
        name,
        description,
        port,
        cors,
        plus(integrations, integration.id(), integration),
        routes,
        stages,
        created);
  }

  ApiRecord with(Route route) {
    return new ApiRecord(
        id,
        token,
        name,
        description,
        port,
        cors,
        integrations,
        plus(routes, route.id(), route),
        stages,
        created);
  }

  ApiRecord with(Stage stage) {
    return new ApiRecord(
        id,
        token,
        name,
        description,
        port,
        cors,
        integrations,
        routes,
        plus(stages, stage.name(), stage),
        created);
  }

  /** Without the integration, route or stage of that id. */
  ApiRecord without(String part) {
    return new ApiRecord(
        id,
        token,
        name,
        description,
        port,
        cors,
        minus(integrations, part),
        minus(routes, part),
        minus(stages, part),
        created);
  }

  private static <T> Map<String, T> plus(Map<String, T> map, String key, T value) {
    Map<String, T> more = new LinkedHashMap<>(map);
    more.put(key, value);
    return more;
  }

  private static <T> Map<String, T> minus(Map<String, T> map, String key) {
    Map<String, T> less = new LinkedHashMap<>(map);
    less.remove(key);
    return less;
  }
}
