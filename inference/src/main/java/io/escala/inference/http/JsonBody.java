package io.escala.inference.http;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** Writes an answer's body. */
@FunctionalInterface
interface JsonBody {
  void write(JsonWriter json) throws IOException;

  /** One JSON object, whose fields the body writes. */
  static String object(JsonBody fields) {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.beginObject();
      fields.write(json);
      json.endObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return text.toString();
  }
}
