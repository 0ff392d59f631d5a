package io.escala.spark;

/**
 * Something that whoever runs the job can mend. The message is one line: what is wrong and where,
 * the value, what is expected. The job prints it, without a stack trace, and exits with 1.
 */
public final class Mistake extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public Mistake(String message) {
    super(message);
  }

  public Mistake(String message, Throwable cause) {
    super(message, cause);
  }
}
