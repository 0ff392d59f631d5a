package io.escala.lambda;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;

/** Events as API Gateway and function URLs send them. */
final class Events {
  private Events() {}

  static String v2(String method, String path, String body) throws IOException {
    return v2(method, path, "$default", body, false);
  }

  static String v2(String method, String path, String stage, String body, boolean base64)
      throws IOException {
    return v2(method, path, stage, "application/json", body, base64);
  }

  static String v2(
      String method, String path, String stage, String type, String body, boolean base64)
      throws IOException {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.beginObject();
      json.name("version").value("2.0");
      json.name("routeKey").value("$default");
      json.name("rawPath").value(path);
      json.name("rawQueryString").value("");
      json.name("headers").beginObject().name("content-type").value(type).endObject();
      json.name("requestContext").beginObject();
      json.name("http")
          .beginObject()
          .name("method")
          .value(method)
          .name("path")
          .value(path)
          .endObject();
      json.name("stage").value(stage).name("requestId").value("abc").endObject();
      if (body != null) {
        json.name("body").value(body);
      }
      json.name("isBase64Encoded").value(base64);
      json.endObject();
    }
    return text.toString();
  }

  static String v1(String method, String path, String body) throws IOException {
    return v1(method, path, "application/json", body, false);
  }

  /** As a REST API passes a picture on whose type is among its BinaryMediaTypes. */
  static String v1Picture(String path, String png) throws IOException {
    return v1("POST", path, "image/png", png, true);
  }

  private static String v1(String method, String path, String type, String body, boolean base64)
      throws IOException {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.setSerializeNulls(true);
      json.beginObject();
      json.name("resource").value("/{proxy+}");
      json.name("path").value(path);
      json.name("httpMethod").value(method);
      json.name("headers").beginObject().name("Content-Type").value(type).endObject();
      json.name("multiValueHeaders").beginObject();
      json.name("Content-Type").beginArray().value(type).endArray().endObject();
      json.name("queryStringParameters").nullValue();
      json.name("requestContext")
          .beginObject()
          .name("stage")
          .value("v1")
          .name("path")
          .value("/v1" + path)
          .endObject();
      json.name("body").value(body);
      json.name("isBase64Encoded").value(base64);
      json.endObject();
    }
    return text.toString();
  }
}
