package io.escala.lambda;

/** A direct request cannot be understood. The message is one sentence for the caller. */
final class DirectRequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DirectRequestException(String message) {
    super(message, null, false, false);
  }
}
