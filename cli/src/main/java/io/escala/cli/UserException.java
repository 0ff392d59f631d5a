package io.escala.cli;

/**
 * Something a person can mend: the message says what is wrong and how, and is all that is printed.
 */
final class UserException extends RuntimeException {
  UserException(String message) {
    super(message);
  }

  UserException(String message, Throwable cause) {
    super(message, cause);
  }
}
