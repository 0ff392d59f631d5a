package io.escala.inference;

/**
 * The graph failed on rows that the manifest allows: a fault of the bundle, not of who sent the
 * rows.
 */
public final class ScoringException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ScoringException(String message, Throwable cause) {
    super(message, cause);
  }
}
