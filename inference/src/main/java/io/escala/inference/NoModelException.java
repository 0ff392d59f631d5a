package io.escala.inference;

/**
 * A model has no version that can be served. The message is one sentence that says why and what to
 * do.
 */
public final class NoModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NoModelException(String message) {
    super(message, null, false, false);
  }
}
