package io.escala.server;

/** The server cannot start, and the message says why and how to mend it. */
final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StartException(String message) {
    super(message, null, false, false);
  }
}
