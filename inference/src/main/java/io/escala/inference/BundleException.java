package io.escala.inference;

/**
 * A model bundle cannot be used. The message is one sentence that names the bundle's fault and,
 * where there is one, the cure.
 */
public final class BundleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BundleException(String message) {
    super(message);
  }

  public BundleException(String message, Throwable cause) {
    super(message, cause);
  }
}
