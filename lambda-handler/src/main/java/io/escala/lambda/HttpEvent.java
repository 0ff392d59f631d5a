package io.escala.lambda;

import com.google.gson.stream.JsonWriter;
import io.escala.inference.http.Request;
import io.escala.inference.http.Response;
import io.escala.inference.json.Json;
import io.escala.inference.json.JsonException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The HTTP events of Lambda: API Gateway's HTTP APIs and function URLs (payload format 2.0), and
 * API Gateway's REST APIs (format 1.0). Both formats take the same answer.
 */
final class HttpEvent {
  private HttpEvent() {}

  /**
   * The request that an event carries.
   *
   * @throws UnknownEventException if it is another kind of event
   */
  static Request decode(byte[] json) {
    Object value;
    try {
      value = Json.parse(json);
    } catch (JsonException e) {
      throw new UnknownEventException("the event cannot be read: " + e.getMessage());
    }
    if (value instanceof Map<?, ?> event) {
      if (object(event, "requestContext").get("http") instanceof Map<?, ?> http
          && http.get("method") instanceof String method
          && event.get("rawPath") instanceof String path) {
        return new Request(method, withoutStage(path, event), headers(event), body(event));
      }
      if (event.get("httpMethod") instanceof String method
          && event.get("path") instanceof String path) {
        return new Request(method, path, headers(event), body(event));
      }
    }
    throw new UnknownEventException(
        "the event is not of a known kind: this function answers HTTP events of API Gateway (payload format 1.0 and 2.0)"
            + " and of function URLs");
  }

  /** Writes the answer to the event. */
  static void encode(Response response, OutputStream out) throws IOException {
    Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    JsonWriter json = new JsonWriter(writer);
    json.beginObject();
    json.name("statusCode").value(response.status());
    json.name("headers").beginObject();
    for (Map.Entry<String, String> header : response.headers().entrySet()) {
      json.name(header.getKey()).value(header.getValue());
    }
    json.endObject();
    json.name("body").value(response.body());
    json.name("isBase64Encoded").value(false);
    json.endObject();
    json.flush();
  }

  /** In format 2.0 the path begins with the stage, unless that is the default one. */
  private static String withoutStage(String path, Map<?, ?> event) {
    if (object(event, "requestContext").get("stage") instanceof String stage
        && !stage.equals("$default")) {
      String prefix = "/" + stage;
      if (path.equals(prefix)) {
        return "/";
      }
      if (path.startsWith(prefix + "/")) {
        return path.substring(prefix.length());
      }
    }
    return path;
  }

  private static Map<String, String> headers(Map<?, ?> event) {
    Map<String, String> headers = new HashMap<>();
    object(event, "multiValueHeaders")
        .forEach(
            (name, values) -> {
              if (values instanceof List<?> list
                  && !list.isEmpty()
                  && list.get(0) instanceof String first) {
                headers.put((String) name, first);
              }
            });
    object(event, "headers")
        .forEach(
            (name, value) -> {
              if (value instanceof String text) {
                headers.put((String) name, text);
              }
            });
    return headers;
  }

  private static ByteBuffer body(Map<?, ?> event) {
    if (!(event.get("body") instanceof String body)) {
      return ByteBuffer.allocate(0);
    }
    if (!Boolean.TRUE.equals(event.get("isBase64Encoded"))) {
      return StandardCharsets.UTF_8.encode(body);
    }
    try {
      return ByteBuffer.wrap(Base64.getDecoder().decode(body));
    } catch (IllegalArgumentException e) {
      throw new UnknownEventException("the event says isBase64Encoded, but its body is not base64");
    }
  }

  private static Map<?, ?> object(Map<?, ?> event, String name) {
    return event.get(name) instanceof Map<?, ?> object ? object : Map.of();
  }
}
