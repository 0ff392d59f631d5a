package io.escala.lambda;

/**
 * The function was invoked with something that is not an HTTP event. The message is one sentence
 * for the caller.
 */
public final class UnknownEventException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnknownEventException(String message) {
    super(message, null, false, false);
  }
}
