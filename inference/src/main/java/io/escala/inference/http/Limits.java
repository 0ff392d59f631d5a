package io.escala.inference.http;

/**
 * How much one request may ask for.
 *
 * @param bodyBytes of the body
 * @param instances rows in one request, which one call of the runtime scores
 */
public record Limits(int bodyBytes, int instances) {
  /** 4 MiB, which a phone's photo seldom exceeds, 1000 instances. */
  public static final Limits DEFAULT = new Limits(4 << 20, 1000);

  public Limits {
    if (bodyBytes < 1 || instances < 1) {
      throw new IllegalArgumentException(
          "limits must be positive, but are " + bodyBytes + " bytes, " + instances + " instances");
    }
  }
}
