package io.escala.inference.http;

import io.escala.inference.json.JsonText;

/** Writes an answer's body. */
@FunctionalInterface
interface JsonBody {
  void write(JsonText json);

  /** One JSON object, whose fields the body writes. */
  static String object(JsonBody fields) {
    JsonText json = new JsonText();
    json.beginObject();
    fields.write(json);
    json.endObject();
    return json.toString();
  }
}
