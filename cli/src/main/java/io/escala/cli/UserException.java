package io.escala.cli;

/**
 * Something a person can mend: the message says what is wrong and how, and is all that is printed.
 */
public class UserException extends RuntimeException {
  public UserException(String message) {
    super(message);
  }

  public UserException(String message, Throwable cause) {
    super(message, cause);
  }
}
