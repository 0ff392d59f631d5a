package io.escala.localaws.http;

/**
 * An error that the caller gets in the service's own protocol: an HTTP status, AWS's error code and
 * a sentence.
 */
public final class AwsException extends RuntimeException {
  private final int status;
  private final String code;

  public AwsException(int status, String code, String message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** For an operation that AWS has and this endpoint has not: said loudly, never skipped. */
  public static AwsException notHandled(String service, String operation) {
    return new AwsException(
        501, "NotImplemented", "local-aws does not handle " + service + " " + operation);
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }
}
