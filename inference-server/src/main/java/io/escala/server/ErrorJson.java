package io.escala.server;

import io.escala.inference.json.JsonText;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The body of every error: {@code {"error": "<what is wrong, how to mend it>"}}. */
final class ErrorJson {
  private ErrorJson() {}

  static String of(String message) {
    return new JsonText().beginObject().name("error").value(message).endObject().toString();
  }

  /** The protocol's answer of a server that is not ready. */
  static String notReady(String why) {
    return "{\"ready\":false," + of(why).substring(1);
  }

  /**
   * The protocol's answer for a model that is not ready.
   *
   * @param model a configured name, in which nothing needs to be escaped
   */
  static String notReady(String model, String why) {
    return "{\"name\":\"" + model + "\"," + notReady(why).substring(1);
  }

  static ByteBuffer bytes(String message) {
    return ByteBuffer.wrap(of(message).getBytes(StandardCharsets.UTF_8));
  }
}
