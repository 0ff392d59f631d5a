package io.escala.inference.http;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An HTTP request, whatever brought it.
 *
 * @param method such as {@code POST}
 * @param path without query; percent-encoded or not
 * @param headers by name, in any case; others than {@link #READ} need not be there
 * @param body empty if there is none
 */
public record Request(String method, String path, Map<String, String> headers, ByteBuffer body) {
  /** The headers that an answer depends on. */
  public static final List<String> READ =
      List.of("content-type", "content-encoding", "inference-header-content-length");

  public Request {
    requireNonNull(method, "method is null");
    requireNonNull(path, "path is null");
    body = body.asReadOnlyBuffer();
    Map<String, String> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    anyCase.putAll(headers);
    headers = Collections.unmodifiableMap(anyCase);
  }

  /** A copy of the body. */
  byte[] bytes() {
    byte[] bytes = new byte[body.remaining()];
    body.duplicate().get(bytes);
    return bytes;
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }
}
