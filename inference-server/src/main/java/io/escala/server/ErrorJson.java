package io.escala.server;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The body of every error: {@code {"error": "<what is wrong, how to mend it>"}}. */
final class ErrorJson {
  private ErrorJson() {}

  static String of(String message) {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.beginObject().name("error").value(message).endObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return text.toString();
  }

  static ByteBuffer bytes(String message) {
    return ByteBuffer.wrap(of(message).getBytes(StandardCharsets.UTF_8));
  }
}
