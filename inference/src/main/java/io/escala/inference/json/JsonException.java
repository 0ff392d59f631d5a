package io.escala.inference.json;

/** A text is not the JSON it should be. The message is one sentence for the person who wrote it. */
public final class JsonException extends Exception {
  private static final long serialVersionUID = 1L;

  public JsonException(String message) {
    super(message);
  }
}
