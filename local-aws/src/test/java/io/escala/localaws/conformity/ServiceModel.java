package io.escala.localaws.conformity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * What AWS's model of a service says of its operations and answers, as {@code
 * local-aws/service-models} wrote it into {@code src/test/resources/models}.
 */
final class ServiceModel {
  private static final Map<String, ServiceModel> READ = new ConcurrentHashMap<>();

  private final String name;
  private final JsonNode json;

  private ServiceModel(String name, JsonNode json) {
    this.name = name;
    this.json = json;
  }

  /**
   * The model of a service.
   *
   * @param name as the AWS CLI calls it
   */
  static ServiceModel of(String name) {
    return READ.computeIfAbsent(
        name,
        n -> {
          try (InputStream in = ServiceModel.class.getResourceAsStream("/models/" + n + ".json")) {
            if (in == null) {
              throw new AssertionError(
                  "there is no model of " + n + ": add it to local-aws/service-models");
            }
            return new ServiceModel(n, new ObjectMapper().readTree(in));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  String name() {
    return name;
  }

  String signingName() {
    return json.path("signingName").asText();
  }

  /** {@code json}, {@code query}, {@code rest-json} or {@code rest-xml}. */
  String protocol() {
    return json.path("protocol").asText();
  }

  /** Whether the service spoke the query protocol before JSON. */
  boolean wasQuery() {
    return json.has("awsQueryCompatible");
  }

  /**
   * A member of the model's head: {@code targetPrefix}, {@code apiVersion}, {@code xmlNamespace}.
   */
  String head(String member) {
    return json.path(member).asText();
  }

  /** Every operation that the service has, also those that the endpoint does not answer. */
  Map<String, JsonNode> operations() {
    return json.path("operations").properties().stream()
        .collect(
            Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, TreeMap::new));
  }

  /** Those whose answers the model describes. */
  Set<String> described() {
    return operations().entrySet().stream()
        .filter(operation -> operation.getValue().has("errors"))
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * The operation of a REST service that a request means.
   *
   * @param path without a query
   */
  String operation(String method, String path) {
    return operations().entrySet().stream()
        .filter(each -> each.getValue().path("method").asText().equals(method))
        .filter(
            each ->
                path.matches(each.getValue().path("uri").asText().replaceAll("\\{[^}]+}", "[^/]+")))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " has no operation at " + method + path));
  }

  JsonNode operation(String operation) {
    JsonNode found = json.path("operations").path(operation);
    if (!found.has("errors")) {
      throw new AssertionError(
          "the model of "
              + name
              + " does not describe "
              + operation
              + ": add it to ANSWERED in local-aws/service-models and run that");
    }
    return found;
  }

  /** What an operation answers; empty when it answers nothing. */
  Optional<JsonNode> output(String operation) {
    return Optional.ofNullable(operation(operation).get("output")).map(o -> shape(o.asText()));
  }

  /** The shape that a member, a list or a map refers to, or that has this name. */
  JsonNode shape(JsonNode reference) {
    return shape(reference.path("shape").asText());
  }

  JsonNode shape(String shape) {
    return json.path("shapes").path(shape);
  }
}
