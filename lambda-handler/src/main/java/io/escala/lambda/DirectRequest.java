package io.escala.lambda;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import io.escala.inference.http.Request;
import io.escala.inference.json.Json;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A request for a model without HTTP around it: the body of V1 predict, of V2 infer or of {@code
 * classify_digit}, and beside its fields {@code model}. Fields are copied token by token, so that
 * the API reads, and judges, what the caller wrote.
 */
final class DirectRequest {
  static final String FORM =
      "{\"model\": \"...\", \"instances\": [{...}, ...]}, {\"model\": \"...\", \"inputs\": [...]} or"
          + " {\"image\": \"<base64>\"}";

  /** Far more than the API allows, which says so in its own words. */
  static final int MAX_DEPTH = 200;

  private static final Set<String> KINDS = Set.of("instances", "inputs", "image");

  private final StringWriter body = new StringWriter();
  private JsonWriter json;
  private final Set<String> kinds = new HashSet<>();
  private boolean modelGiven;
  private String model;

  /** Takes the next field, whose name was just read. */
  void add(String name, JsonReader reader) throws IOException {
    if (name.equals("model")) {
      if (modelGiven) {
        throw new DirectRequestException("the key \"model\" stands twice: give it once");
      }
      modelGiven = true;
      if (reader.peek() == JsonToken.STRING) {
        model = reader.nextString();
      } else {
        reader.skipValue();
      }
      return;
    }
    if (KINDS.contains(name)) {
      kinds.add(name);
    }
    if (json == null) {
      json = new JsonWriter(body);
      json.beginObject();
    }
    json.name(name);
    copy(reader, json);
  }

  /** Whether the fields so far are those of such a request. */
  boolean isOne() {
    return modelGiven || !kinds.isEmpty();
  }

  /**
   * The request, as it would come over HTTP.
   *
   * @throws DirectRequestException if it is not whole
   */
  Request toRequest() throws IOException {
    if (modelGiven && model == null) {
      throw new DirectRequestException("model must be a string, the name of a model: send " + FORM);
    }
    if (kinds.size() != 1) {
      throw new DirectRequestException(
          kinds.isEmpty()
              ? "the request has a model, but neither instances nor inputs: send " + FORM
              : "the request has "
                  + String.join(" and ", kinds.stream().sorted().toList())
                  + ", but must have one of them: send "
                  + FORM);
    }
    json.endObject();
    return new Request(
        "POST",
        path(kinds.iterator().next()),
        Map.of("content-type", "application/json"),
        StandardCharsets.UTF_8.encode(body.toString()));
  }

  private String path(String kind) {
    if (kind.equals("image")) {
      if (model != null && !model.equals("digits")) {
        throw new DirectRequestException(
            "an image is for the model digits, but model is \"" + Json.shown(model) + "\"");
      }
      return "/classify_digit";
    }
    if (model == null) {
      throw new DirectRequestException("the request does not say which model: send " + FORM);
    }
    String segment = URLEncoder.encode(model, StandardCharsets.UTF_8).replace("+", "%20");
    return kind.equals("instances")
        ? "/v1/models/" + segment + ":predict"
        : "/v2/models/" + segment + "/infer";
  }

  private static void copy(JsonReader from, JsonWriter to) throws IOException {
    int depth = 0;
    do {
      switch (from.peek()) {
        case BEGIN_OBJECT -> {
          from.beginObject();
          to.beginObject();
          depth++;
        }
        case END_OBJECT -> {
          from.endObject();
          to.endObject();
          depth--;
        }
        case BEGIN_ARRAY -> {
          from.beginArray();
          to.beginArray();
          depth++;
        }
        case END_ARRAY -> {
          from.endArray();
          to.endArray();
          depth--;
        }
        case NAME -> to.name(from.nextName());
        case STRING -> to.value(from.nextString());
        case NUMBER -> to.jsonValue(from.nextString());
        case BOOLEAN -> to.value(from.nextBoolean());
        case NULL -> {
          from.nextNull();
          to.nullValue();
        }
        case END_DOCUMENT -> throw new IllegalStateException("a reader ends with an exception");
      }
    } while (depth > 0);
  }
}
