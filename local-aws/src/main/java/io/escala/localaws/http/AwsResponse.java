package io.escala.localaws.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/**
 * What a service answers.
 *
 * @param status the HTTP status
 * @param headers response headers, without {@code Content-Length}
 * @param length bytes of the body, 0 for none
 * @param body writes exactly {@code length} bytes
 */
public record AwsResponse(int status, Map<String, String> headers, long length, Body body) {

  /** Writes a response body. */
  public interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  /** A response whose body is in memory. */
  public static AwsResponse of(int status, Map<String, String> headers, byte[] body) {
    return new AwsResponse(status, headers, body.length, out -> out.write(body));
  }

  /** A response without a body. */
  public static AwsResponse empty(int status) {
    return of(status, Map.of(), new byte[0]);
  }
}
