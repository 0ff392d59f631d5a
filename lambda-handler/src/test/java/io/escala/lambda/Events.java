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
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.beginObject();
      json.name("version").value("2.0");
      json.name("routeKey").value("$default");
      json.name("rawPath").value(path);
      json.name("rawQueryString").value("");
      json.name("headers").beginObject().name("content-type").value("application/json").endObject();
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
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.setSerializeNulls(true);
      json.beginObject();
      json.name("resource").value("/{proxy+}");
      json.name("path").value(path);
      json.name("httpMethod").value(method);
      json.name("headers").beginObject().name("Content-Type").value("application/json").endObject();
      json.name("multiValueHeaders").beginObject();
      json.name("Content-Type").beginArray().value("application/json").endArray().endObject();
      json.name("queryStringParameters").nullValue();
      json.name("requestContext")
          .beginObject()
          .name("stage")
          .value("v1")
          .name("path")
          .value("/v1" + path)
          .endObject();
      json.name("body").value(body);
      json.name("isBase64Encoded").value(false);
      json.endObject();
    }
    return text.toString();
  }
}
