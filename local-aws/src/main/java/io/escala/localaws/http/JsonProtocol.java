package io.escala.localaws.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;

/** AWS's JSON 1.1 protocol: the operation in a header, one object in, one object out. */
public final class JsonProtocol {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JsonProtocol() {}

  /** The operation: what follows the dot in {@code X-Amz-Target}. */
  public static String operation(AwsRequest request) {
    String target = request.header("x-amz-target").orElse("");
    if (target.indexOf('.') == -1) {
      throw new AwsException(
          400, "UnknownOperationException", "the request has no header X-Amz-Target");
    }
    return target.substring(target.indexOf('.') + 1);
  }

  /** The request's object; an empty one for an empty body. */
  public static ObjectNode read(AwsRequest request) throws IOException {
    byte[] body = request.body().readAllBytes();
    if (body.length == 0) {
      return object();
    }
    try {
      JsonNode node = JSON.readTree(body);
      if (node instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw new AwsException(400, "SerializationException", e.getOriginalMessage());
    }
    throw new AwsException(400, "SerializationException", "the body is no JSON object");
  }

  /** An empty object to fill. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /**
   * A document that is text inside another one, such as a step function's input.
   *
   * @throws IllegalArgumentException when it is no JSON
   */
  public static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    }
  }

  /** An answer. */
  public static AwsResponse answer(JsonNode result) {
    return respond(200, Map.of("Content-Type", "application/x-amz-json-1.1"), result);
  }

  /** An error. */
  public static AwsResponse error(AwsException error) {
    return respond(
        error.status(),
        Map.of("Content-Type", "application/x-amz-json-1.1", "x-amzn-ErrorType", error.code()),
        object().put("__type", error.code()).put("message", error.getMessage()));
  }

  private static AwsResponse respond(int status, Map<String, String> headers, JsonNode body) {
    try {
      return AwsResponse.of(status, headers, JSON.writeValueAsBytes(body));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
