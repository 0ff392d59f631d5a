package io.escala.lambda;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import io.escala.inference.http.Request;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads any event token by token: what a direct caller wrote goes on as it was written. Of an event
 * of API Gateway, which is mostly context, it keeps what is needed.
 */
final class EventTokens {
  private final JsonReader json;
  private final DirectRequest direct = new DirectRequest();
  private final Map<String, Object> fieldsOfHttp = new HashMap<>();
  private String fieldOfHttp;
  private final List<Event.Message> messages = new ArrayList<>();
  private int records;

  private EventTokens(JsonReader json) {
    this.json = json;
  }

  /**
   * The event that these bytes hold.
   *
   * @throws UnknownEventException if it is of another kind
   * @throws DirectRequestException if it is a direct request that cannot be understood
   */
  static Event read(byte[] event) throws IOException {
    try (JsonReader json =
        new JsonReader(
            new InputStreamReader(
                new ByteArrayInputStream(event),
                StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)))) {
      json.setStrictness(Strictness.STRICT);
      json.setNestingLimit(DirectRequest.MAX_DEPTH);
      if (json.peek() != JsonToken.BEGIN_OBJECT) {
        throw unknown();
      }
      EventTokens reader = new EventTokens(json);
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
        case "httpMethod",
            "path",
            "rawPath",
            "body",
            "isBase64Encoded",
            "headers",
            "multiValueHeaders",
            "requestContext" -> {
          fieldsOfHttp.put(name, value());
          fieldOfHttp = name;
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
          fieldOfHttp = name;
        }
        case "Records" -> {
          readRecords();
          fieldOfHttp = name;
        }
        default -> direct.add(name, json);
      }
    }
    json.endObject();
  }

  private Event event() throws IOException {
    Request request = new HttpEvent(fieldsOfHttp).request();
    if (request != null) {
      return new Event.Http(request);
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

  /** A string, a boolean, a map or a list of such; null for what no field of HTTP is. */
  private Object value() throws IOException {
    switch (json.peek()) {
      case STRING -> {
        return json.nextString();
      }
      case BOOLEAN -> {
        return json.nextBoolean();
      }
      case BEGIN_OBJECT -> {
        Map<String, Object> object = new HashMap<>();
        json.beginObject();
        while (json.hasNext()) {
          object.put(json.nextName(), value());
        }
        json.endObject();
        return object;
      }
      case BEGIN_ARRAY -> {
        List<Object> array = new ArrayList<>();
        json.beginArray();
        while (json.hasNext()) {
          array.add(value());
        }
        json.endArray();
        return array;
      }
      default -> {
        json.skipValue();
        return null;
      }
    }
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
