package io.escala.inference;

/**
 * A row cannot be scored. The message is one sentence that names the row, the field, the value and
 * what is allowed.
 */
public final class InputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InputException(String message) {
    super(message, null, false, false);
  }
}
