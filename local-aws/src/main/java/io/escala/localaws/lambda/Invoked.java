package io.escala.localaws.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What an invocation gave. */
public final class Invoked {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final byte[] payload;
  private final String functionError;
  private final byte[] logTail;
  private final String version;

  Invoked(byte[] payload, String functionError, byte[] logTail, String version) {
    this.payload = payload;
    this.functionError = functionError;
    this.logTail = logTail;
    this.version = version;
  }

  /** What the function answered, or its error as JSON. */
  public byte[] payload() {
    return payload;
  }

  /** {@code Unhandled}; null when the function succeeded. */
  public String functionError() {
    return functionError;
  }

  /** The last 4 KB that the invocation logged. */
  byte[] logTail() {
    return logTail;
  }

  /** The version that ran. */
  String version() {
    return version;
  }

  /** The result of a function that wrote {@code payload}; it failed when there is an error. */
  public static Invoked of(String payload, String functionError) {
    return new Invoked(
        payload.getBytes(StandardCharsets.UTF_8), functionError, new byte[0], "$LATEST");
  }

  static byte[] error(String type, String message) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("errorType", type)
        .put("errorMessage", message)
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Why the function failed, in a line; empty when it did not. */
  public Optional<String> failure() {
    if (functionError == null) {
      return Optional.empty();
    }
    String text = new String(payload, StandardCharsets.UTF_8);
    try {
      JsonNode error = JSON.readTree(payload);
      if (error != null && error.hasNonNull("errorMessage")) {
        text = error.get("errorMessage").asText();
        if (error.hasNonNull("errorType")) {
          text = error.get("errorType").asText() + ": " + text;
        }
      }
    } catch (IOException e) {
      // Then what the function posted stands for itself.
    }
    return Optional.of(text);
  }
}
