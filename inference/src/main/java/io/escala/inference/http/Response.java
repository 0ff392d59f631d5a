package io.escala.inference.http;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * An HTTP response, whatever carries it away.
 *
 * @param status such as 200
 * @param headers by lower-case name, the content type among them
 * @param body JSON
 */
public record Response(int status, Map<String, String> headers, String body) {
  /** Names the version that answered, on answers of a model. */
  public static final String MODEL_VERSION = "escala-model-version";

  public Response {
    headers = Map.copyOf(headers);
    requireNonNull(body, "body is null");
  }
}
