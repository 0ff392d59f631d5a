package io.escala.localaws.apigateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What goes back over HTTP. */
final class ProxyResult {
  private static final ObjectMapper JSON = new ObjectMapper();
  final int status;
  final Map<String, List<String>> headers;
  final byte[] body;

  ProxyResult(int status, Map<String, List<String>> headers, byte[] body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  /** API Gateway's own answer, {@code {"message": ...}}. */
  static ProxyResult message(int status, String message) {
    return new ProxyResult(
        status,
        headers("application/json"),
        ("{\"message\":\"" + message + "\"}").getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads a function's result in format 2.0: an object with a statusCode, or anything else, which
   * is the body of a 200.
   */
  static ProxyResult of(byte[] payload) {
    try {
      JsonNode result = JSON.readTree(payload);
      if (result == null || !result.isObject() || !result.has("statusCode")) {
        return new ProxyResult(200, headers("application/json"), bare(result, payload));
      }
      return structured(result);
    } catch (IOException | IllegalArgumentException e) {
      return message(500, "Internal Server Error");
    }
  }

  private static byte[] bare(JsonNode result, byte[] payload) {
    return result != null && result.isTextual()
        ? result.asText().getBytes(StandardCharsets.UTF_8)
        : payload;
  }

  private static ProxyResult structured(JsonNode result) {
    int status = Integer.parseInt(result.get("statusCode").asText());
    if (status < 100 || status > 599) {
      throw new IllegalArgumentException("no HTTP status: " + status);
    }
    Map<String, List<String>> headers = headers("text/plain;charset=UTF-8");
    result
        .path("headers")
        .properties()
        .forEach(
            entry ->
                headers.put(
                    entry.getKey().toLowerCase(Locale.ROOT),
                    new ArrayList<>(List.of(entry.getValue().asText()))));
    result
        .path("cookies")
        .forEach(
            cookie ->
                headers
                    .computeIfAbsent("set-cookie", name -> new ArrayList<>())
                    .add(cookie.asText()));
    JsonNode body = result.path("body");
    String text = body.isMissingNode() || body.isNull() ? "" : body.asText();
    if (body.isContainerNode()) {
      throw new IllegalArgumentException("the body must be text");
    }
    byte[] bytes =
        result.path("isBase64Encoded").asBoolean()
            ? Base64.getDecoder().decode(text)
            : text.getBytes(StandardCharsets.UTF_8);
    return new ProxyResult(status, headers, bytes);
  }

  private static Map<String, List<String>> headers(String contentType) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    headers.put("content-type", new ArrayList<>(List.of(contentType)));
    return headers;
  }
}
