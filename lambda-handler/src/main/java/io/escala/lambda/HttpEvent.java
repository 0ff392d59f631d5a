package io.escala.lambda;

import io.escala.inference.http.Request;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The fields of an event that tell of an HTTP request, as JSON brings them. */
record HttpEvent(Map<?, ?> fields) {
  /**
   * The request, or null if the fields do not tell of one.
   *
   * @throws UnknownEventException if its body is not what the event says
   */
  Request request() {
    String rawPath = text(fields.get("rawPath"));
    if (fields.get("requestContext") instanceof Map<?, ?> context && rawPath != null) {
      String method =
          context.get("http") instanceof Map<?, ?> http ? text(http.get("method")) : null;
      if (method != null) {
        return request(method, withoutStage(rawPath, text(context.get("stage"))));
      }
    }
    String method = text(fields.get("httpMethod"));
    String path = text(fields.get("path"));
    return method == null || path == null ? null : request(method, path);
  }

  private Request request(String method, String path) {
    Map<String, String> headers = new HashMap<>();
    addHeaders(fields.get("multiValueHeaders"), headers);
    addHeaders(fields.get("headers"), headers);
    return new Request(method, path, headers, body());
  }

  /** Those that are read, one value each: that of a string, the first of an array. */
  private static void addHeaders(Object from, Map<String, String> headers) {
    if (from instanceof Map<?, ?> values) {
      for (Map.Entry<?, ?> header : values.entrySet()) {
        String name = (String) header.getKey();
        String value = isRead(name) ? first(header.getValue()) : null;
        if (value != null) {
          headers.put(name, value);
        }
      }
    }
  }

  private static boolean isRead(String name) {
    for (int i = 0; i < Request.READ.size(); i++) {
      if (name.equalsIgnoreCase(Request.READ.get(i))) {
        return true;
      }
    }
    return false;
  }

  private static String first(Object value) {
    if (value instanceof List<?> values) {
      for (Object element : values) {
        if (element instanceof String text) {
          return text;
        }
      }
    }
    return text(value);
  }

  /** In format 2.0 the path begins with the stage, unless that is the default one. */
  private static String withoutStage(String rawPath, String stage) {
    if (stage != null && !stage.equals("$default")) {
      String prefix = "/" + stage;
      if (rawPath.equals(prefix)) {
        return "/";
      }
      if (rawPath.startsWith(prefix + "/")) {
        return rawPath.substring(prefix.length());
      }
    }
    return rawPath;
  }

  private ByteBuffer body() {
    String body = text(fields.get("body"));
    if (body == null) {
      return ByteBuffer.allocate(0);
    }
    if (!Boolean.TRUE.equals(fields.get("isBase64Encoded"))) {
      return StandardCharsets.UTF_8.encode(body);
    }
    try {
      return ByteBuffer.wrap(Base64.getDecoder().decode(body));
    } catch (IllegalArgumentException e) {
      throw new UnknownEventException("the event says isBase64Encoded, but its body is not base64");
    }
  }

  private static String text(Object value) {
    return value instanceof String text ? text : null;
  }
}
