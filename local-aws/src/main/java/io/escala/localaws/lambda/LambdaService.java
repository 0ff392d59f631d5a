package io.escala.localaws.lambda;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.cloudformation.ResourceType;
import io.escala.localaws.http.AwsException;
import io.escala.localaws.http.AwsRequest;
import io.escala.localaws.http.AwsResponse;
import io.escala.localaws.http.AwsService;
import io.escala.localaws.s3.S3Store;
import io.escala.localaws.sqs.Queues;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/** AWS Lambda's API over the functions that CloudFormation makes. */
public final class LambdaService implements AwsService, AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PREFIX = "/2015-03-31/functions";
  private static final String MAPPINGS = "/2015-03-31/event-source-mappings";
  private final Functions functions;
  private final EventSourceMappings mappings;

  private final LambdaTypes types;

  /** The API over these functions, whose code lies in these buckets and which queues may feed. */
  public LambdaService(Functions functions, S3Store buckets, Queues queues) {
    this.functions = functions;
    this.mappings = new EventSourceMappings(functions, queues);
    this.types = new LambdaTypes(functions, buckets);
  }

  /** The resource types that functions make possible. */
  public List<ResourceType> types() {
    List<ResourceType> all = new ArrayList<>(types.types());
    all.add(new EventSourceMappingType(mappings, functions.settings()));
    return all;
  }

  /** Begins to feed functions from queues. */
  public void start() {
    mappings.start();
  }

  @Override
  public String signingName() {
    return "lambda";
  }

  @Override
  public AwsResponse handle(AwsRequest request) throws IOException {
    if (request.path().startsWith(MAPPINGS) && request.method().equals("GET")) {
      return mappings(request);
    }
    if (!request.path().startsWith(PREFIX)) {
      throw AwsException.notHandled("Lambda", request.method() + " " + request.path());
    }
    List<String> path =
        Arrays.stream(request.path().substring(PREFIX.length()).split("/", -1))
            .filter(part -> !part.isEmpty())
            .map(part -> URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8))
            .toList();
    if (path.isEmpty() && request.method().equals("GET")) {
      return json(200, list());
    }
    String operation =
        request.method() + path.stream().skip(1).limit(1).findFirst().map(p -> " " + p).orElse("");
    String name = path.isEmpty() ? "" : path.get(0);
    String qualifier = request.query("Qualifier").orElse(null);
    return switch (operation + (path.size() > 2 ? " one" : "")) {
      case "GET" -> json(200, function(functions.version(name, qualifier)));
      case "GET configuration" ->
          json(
              200,
              FunctionJson.configuration(functions.version(name, qualifier), functions.settings()));
      case "GET versions" -> json(200, versions(functions.require(name)));
      case "POST versions" -> json(201, publish(functions.require(name), request));
      case "GET aliases" -> json(200, aliases(functions.require(name)));
      case "GET aliases one" -> json(200, alias(functions.require(name), path.get(2)));
      case "POST invocations" -> invoke(name, qualifier, request);
      default -> throw AwsException.notHandled("Lambda", request.method() + " " + request.path());
    };
  }

  @Override
  public AwsResponse error(AwsRequest request, AwsException error) {
    return AwsResponse.of(
        error.status(),
        Map.of("Content-Type", "application/json", "x-amzn-ErrorType", error.code()),
        bytes(
            JSON.createObjectNode()
                .put("Type", error.status() < 500 ? "User" : "Service")
                .put("Message", error.getMessage())
                .put("message", error.getMessage())));
  }

  @Override
  public void close() {
    mappings.stop();
    types.close();
    functions.close();
    mappings.close();
  }

  private AwsResponse mappings(AwsRequest request) {
    String uuid = request.path().substring(MAPPINGS.length()).replace("/", "");
    if (!uuid.isEmpty()) {
      EventSourceMapping mapping =
          mappings
              .find(uuid)
              .filter(each -> each.uuid().equals(uuid))
              .orElseThrow(
                  () ->
                      new AwsException(
                          404,
                          "ResourceNotFoundException",
                          "The resource you requested does not exist: " + uuid));
      return json(200, FunctionJson.mapping(mapping, functions.settings()));
    }
    String source = request.query("EventSourceArn").orElse(null);
    String function =
        request.query("FunctionName").map(name -> Functions.parse(name).text()).orElse(null);
    ObjectNode json = JSON.createObjectNode();
    ArrayNode list = json.putArray("EventSourceMappings");
    for (EventSourceMapping mapping : mappings.all()) {
      if ((source == null || source.equals(mapping.queueArn()))
          && (function == null || function.equals(mapping.function()))) {
        list.add(FunctionJson.mapping(mapping, functions.settings()));
      }
    }
    return json(200, json);
  }

  private AwsResponse invoke(String name, String qualifier, AwsRequest request) throws IOException {
    byte[] payload = request.body().readAllBytes();
    Functions.Version version = functions.version(name, qualifier);
    requireJson(payload);
    switch (request.header("x-amz-invocation-type").orElse("RequestResponse")) {
      case "RequestResponse" -> {}
      case "Event" -> {
        var unused = functions.invoke(name, qualifier, payload);
        return AwsResponse.empty(202);
      }
      case "DryRun" -> {
        return AwsResponse.empty(204);
      }
      default ->
          throw new AwsException(
              400,
              "InvalidParameterValueException",
              "no such invocation type: " + request.header("x-amz-invocation-type").orElse(""));
    }
    Invoked invoked;
    try {
      invoked = functions.invoke(name, qualifier, payload).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AwsException(500, "ServiceException", "the endpoint stops");
    } catch (ExecutionException e) {
      throw new AwsException(500, "ServiceException", String.valueOf(e.getCause()));
    }
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/json");
    headers.put("X-Amz-Executed-Version", version.number());
    if (invoked.functionError() != null) {
      headers.put("X-Amz-Function-Error", invoked.functionError());
    }
    if (request.header("x-amz-log-type").filter("Tail"::equals).isPresent()) {
      headers.put("X-Amz-Log-Result", Base64.getEncoder().encodeToString(invoked.logTail()));
    }
    return AwsResponse.of(200, headers, invoked.payload());
  }

  private static void requireJson(byte[] payload) throws IOException {
    if (payload.length == 0) {
      return;
    }
    try {
      JSON.readTree(payload);
    } catch (JsonProcessingException e) {
      throw new AwsException(
          400,
          "InvalidRequestContentException",
          "Could not parse request body into json: " + e.getOriginalMessage());
    }
  }

  private ObjectNode list() {
    ObjectNode json = JSON.createObjectNode();
    ArrayNode list = json.putArray("Functions");
    for (FunctionRecord function : functions.all()) {
      list.add(
          FunctionJson.configuration(
              functions.version(function.name(), null), functions.settings()));
    }
    return json;
  }

  private ObjectNode function(Functions.Version version) {
    ObjectNode json = JSON.createObjectNode();
    json.set("Configuration", FunctionJson.configuration(version, functions.settings()));
    ObjectNode code = json.putObject("Code");
    code.put("RepositoryType", "file");
    code.put(
        "Location",
        functions
            .settings()
            .folder(version.function().name())
            .resolve("code")
            .resolve(version.config().code())
            .toUri()
            .toString());
    if (!version.function().tags().isEmpty()) {
      ObjectNode tags = json.putObject("Tags");
      version.function().tags().forEach(tags::put);
    }
    return json;
  }

  private ObjectNode versions(FunctionRecord function) {
    ObjectNode json = JSON.createObjectNode();
    ArrayNode list = json.putArray("Versions");
    list.add(
        FunctionJson.configuration(
            functions.version(function.name(), Functions.LATEST), functions.settings()));
    for (String number : function.versions().keySet()) {
      list.add(
          FunctionJson.configuration(
              functions.version(function.name(), number), functions.settings()));
    }
    return json;
  }

  private ObjectNode publish(FunctionRecord function, AwsRequest request) throws IOException {
    byte[] body = request.body().readAllBytes();
    JsonNode input = body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
    String description = input.hasNonNull("Description") ? input.get("Description").asText() : null;
    String number = functions.publish(function.name(), description);
    return FunctionJson.configuration(
        functions.version(function.name(), number), functions.settings());
  }

  private ObjectNode aliases(FunctionRecord function) {
    ObjectNode json = JSON.createObjectNode();
    ArrayNode list = json.putArray("Aliases");
    function
        .aliases()
        .forEach(
            (name, alias) ->
                list.add(FunctionJson.alias(function, name, alias, functions.settings())));
    return json;
  }

  private ObjectNode alias(FunctionRecord function, String name) {
    FunctionRecord.Alias alias = function.aliases().get(name);
    if (alias == null) {
      throw new AwsException(
          404,
          "ResourceNotFoundException",
          "Alias not found: " + functions.settings().arn(function.name()) + ":" + name);
    }
    return FunctionJson.alias(function, name, alias, functions.settings());
  }

  private static AwsResponse json(int status, JsonNode json) {
    return AwsResponse.of(status, Map.of("Content-Type", "application/json"), bytes(json));
  }

  private static byte[] bytes(JsonNode json) {
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }
}
