package io.escala.lambda;

/**
 * The function could not answer a direct request, through no fault of the caller's: Lambda counts
 * an error, and repeats an asynchronous invocation. The message is one sentence for the caller.
 */
public final class ServiceFaultException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ServiceFaultException(String message) {
    super(message, null, false, false);
  }
}
