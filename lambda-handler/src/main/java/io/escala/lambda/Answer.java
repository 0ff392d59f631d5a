package io.escala.lambda;

import com.google.gson.stream.JsonReader;
import io.escala.inference.http.Response;
import io.escala.inference.json.JsonText;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** What the function returns: UTF-8 JSON. */
final class Answer {
  private Answer() {}

  /** What API Gateway and function URLs make an HTTP response of. */
  static void http(Response response, OutputStream out) throws IOException {
    JsonText json = new JsonText();
    json.beginObject();
    json.name("statusCode").value(response.status());
    json.name("headers").beginObject();
    for (Map.Entry<String, String> header : response.headers().entrySet()) {
      json.name(header.getKey()).value(header.getValue());
    }
    json.endObject();
    json.name("body").value(response.body());
    // An answer is JSON, thus text
    json.name("isBase64Encoded").value(false);
    write(json.endObject(), out);
  }

  /**
   * The body itself; for a caller's mistake {@code {"status": 400, "error": "..."}}.
   *
   * @throws ServiceFaultException if the answer is a fault of the service
   */
  static void direct(Response response, OutputStream out) throws IOException {
    if (response.status() < 400) {
      out.write(response.body().getBytes(StandardCharsets.UTF_8));
      return;
    }
    String error = error(response);
    if (response.status() >= 500) {
      throw new ServiceFaultException(error);
    }
    mistake(response.status(), error, out);
  }

  /** Says what the caller must mend. */
  static void mistake(int status, String error, OutputStream out) throws IOException {
    JsonText json = new JsonText();
    json.beginObject().name("status").value(status).name("error").value(error);
    write(json.endObject(), out);
  }

  /** Names the messages that SQS is to deliver again; the others are done. */
  static void unanswered(List<String> messageIds, OutputStream out) throws IOException {
    JsonText json = new JsonText();
    json.beginObject().name("batchItemFailures").beginArray();
    for (String id : messageIds) {
      json.beginObject().name("itemIdentifier").value(id).endObject();
    }
    write(json.endArray().endObject(), out);
  }

  private static void write(JsonText json, OutputStream out) throws IOException {
    out.write(json.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static String error(Response response) throws IOException {
    try (JsonReader json = new JsonReader(new StringReader(response.body()))) {
      json.beginObject();
      while (json.hasNext()) {
        if (json.nextName().equals("error")) {
          return json.nextString();
        }
        json.skipValue();
      }
    }
    throw new IllegalStateException("an answer of status " + response.status() + " has no error");
  }
}
