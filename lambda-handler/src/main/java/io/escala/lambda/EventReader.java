package io.escala.lambda;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import io.escala.inference.http.Request;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads an event in one pass and keeps what is needed: an event of API Gateway is mostly context.
 * No classes of events and no mapper, which would cost a cold start more than the model does.
 */
final class EventReader {
  private final JsonReader json;
  private final DirectRequest direct = new DirectRequest();
  private final Map<String, String> headers = new HashMap<>();
  private final Map<String, String> firstValues = new HashMap<>();
  private String fieldOfHttp;
  private String httpMethod;
  private String path;
  private String rawPath;
  private String contextMethod;
  private String stage;
  private String body;
  private boolean base64;
  private final List<Event.Message> messages = new ArrayList<>();
  private int records;

  private EventReader(JsonReader json) {
    this.json = json;
  }

  /**
   * The event that these bytes hold.
   *
   * @throws UnknownEventException if it is of another kind
   * @throws DirectRequestException if it is a direct request that cannot be understood
   */
  static Event read(InputStream in) throws IOException {
    try (JsonReader json =
        new JsonReader(
            new InputStreamReader(
                in,
                StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)))) {
      json.setStrictness(Strictness.STRICT);
      json.setNestingLimit(DirectRequest.MAX_DEPTH);
      if (json.peek() != JsonToken.BEGIN_OBJECT) {
        throw unknown();
      }
      EventReader reader = new EventReader(json);
      reader.readFields();
      if (json.peek() != JsonToken.END_DOCUMENT) {
        throw notJson();
      }
      return reader.event();
    } catch (EOFException | MalformedJsonException | CharacterCodingException e) {
      throw notJson();
    }
  }

  private void readFields() throws IOException {
    json.beginObject();
    while (json.hasNext()) {
      String name = json.nextName();
      switch (name) {
        case "httpMethod" -> httpMethod = http(name, text());
        case "path" -> path = http(name, text());
        case "rawPath" -> rawPath = http(name, text());
        case "body" -> body = http(name, text());
        case "isBase64Encoded" -> {
          base64 = json.peek() == JsonToken.BOOLEAN && json.nextBoolean();
          http(name, null);
        }
        case "headers" -> {
          readHeaders(headers);
          http(name, null);
        }
        case "multiValueHeaders" -> {
          readHeaders(firstValues);
          http(name, null);
        }
        case "requestContext" -> {
          readContext();
          http(name, null);
        }
        case "version",
            "routeKey",
            "rawQueryString",
            "cookies",
            "resource",
            "queryStringParameters",
            "multiValueQueryStringParameters",
            "pathParameters",
            "stageVariables" -> {
          json.skipValue();
          http(name, null);
        }
        case "Records" -> {
          readRecords();
          http(name, null);
        }
        default -> direct.add(name, json);
      }
    }
    json.endObject();
  }

  private String http(String field, String value) {
    fieldOfHttp = field;
    return value;
  }

  private Event event() throws IOException {
    if (contextMethod != null && rawPath != null) {
      return new Event.Http(request(contextMethod, withoutStage()));
    }
    if (httpMethod != null && path != null) {
      return new Event.Http(request(httpMethod, path));
    }
    if (!messages.isEmpty() && messages.size() == records) {
      return new Event.Queue(messages);
    }
    if (!direct.isOne()) {
      throw unknown();
    }
    if (fieldOfHttp != null) {
      throw new DirectRequestException(
          "the request has the field \""
              + fieldOfHttp
              + "\", which has no meaning here: send "
              + DirectRequest.FORM);
    }
    return new Event.Direct(direct.toRequest());
  }

  private Request request(String method, String path) {
    for (Map.Entry<String, String> header : firstValues.entrySet()) {
      headers.putIfAbsent(header.getKey(), header.getValue());
    }
    return new Request(method, path, headers, body());
  }

  /** In format 2.0 the path begins with the stage, unless that is the default one. */
  private String withoutStage() {
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
    if (body == null) {
      return ByteBuffer.allocate(0);
    }
    if (!base64) {
      return StandardCharsets.UTF_8.encode(body);
    }
    try {
      return ByteBuffer.wrap(Base64.getDecoder().decode(body));
    } catch (IllegalArgumentException e) {
      throw new UnknownEventException("the event says isBase64Encoded, but its body is not base64");
    }
  }

  private void readContext() throws IOException {
    if (json.peek() != JsonToken.BEGIN_OBJECT) {
      json.skipValue();
      return;
    }
    json.beginObject();
    while (json.hasNext()) {
      switch (json.nextName()) {
        case "stage" -> stage = text();
        case "http" -> readMethod();
        default -> json.skipValue();
      }
    }
    json.endObject();
  }

  private void readMethod() throws IOException {
    if (json.peek() != JsonToken.BEGIN_OBJECT) {
      json.skipValue();
      return;
    }
    json.beginObject();
    while (json.hasNext()) {
      if (json.nextName().equals("method")) {
        contextMethod = text();
      } else {
        json.skipValue();
      }
    }
    json.endObject();
  }

  private void readRecords() throws IOException {
    if (json.peek() != JsonToken.BEGIN_ARRAY) {
      json.skipValue();
      return;
    }
    json.beginArray();
    while (json.hasNext()) {
      records++;
      readRecord();
    }
    json.endArray();
  }

  /** Counts as a message only if SQS sent it: S3, SNS and others have records too. */
  private void readRecord() throws IOException {
    if (json.peek() != JsonToken.BEGIN_OBJECT) {
      json.skipValue();
      return;
    }
    String source = null;
    String id = null;
    String content = null;
    json.beginObject();
    while (json.hasNext()) {
      switch (json.nextName()) {
        case "eventSource" -> source = text();
        case "messageId" -> id = text();
        case "body" -> content = text();
        default -> json.skipValue();
      }
    }
    json.endObject();
    if ("aws:sqs".equals(source) && id != null && content != null) {
      messages.add(new Event.Message(id, content));
    }
  }

  /** One value each: that of a string, the first of an array. */
  private void readHeaders(Map<String, String> into) throws IOException {
    if (json.peek() != JsonToken.BEGIN_OBJECT) {
      json.skipValue();
      return;
    }
    json.beginObject();
    while (json.hasNext()) {
      String name = json.nextName();
      String value = null;
      if (json.peek() == JsonToken.BEGIN_ARRAY) {
        json.beginArray();
        while (json.hasNext()) {
          String next = text();
          value = value == null ? next : value;
        }
        json.endArray();
      } else {
        value = text();
      }
      if (value != null) {
        into.put(name, value);
      }
    }
    json.endObject();
  }

  /** The string that stands here, or null for anything else. */
  private String text() throws IOException {
    if (json.peek() == JsonToken.STRING) {
      return json.nextString();
    }
    json.skipValue();
    return null;
  }

  private static UnknownEventException unknown() {
    return new UnknownEventException(
        "the event is not of a known kind: this function answers HTTP events of API Gateway"
            + " (payload format 1.0 and 2.0) and of function URLs, messages of SQS, and "
            + DirectRequest.FORM);
  }

  private static UnknownEventException notJson() {
    return new UnknownEventException("the event is not valid JSON, or is nested too deeply");
  }
}
