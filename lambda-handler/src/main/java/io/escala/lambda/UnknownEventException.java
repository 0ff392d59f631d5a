package io.escala.lambda;

/**
 * The function was invoked with something that it does not know. The message is one sentence for
 * the caller, and holds nothing of what was sent: Lambda writes it into the function's log.
 */
public final class UnknownEventException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnknownEventException(String message) {
    super(message, null, false, false);
  }
}
