package io.escala.localaws.conformity;

import java.util.List;
import java.util.Map;

/**
 * An answer as it came over the wire.
 *
 * @param service the name of its {@link ServiceModel}
 * @param headers by lower-case name
 * @param body {@code null} when it is a stream that nobody but the caller may read
 */
record Answer(
    String service, String operation, int status, Map<String, List<String>> headers, String body) {

  String header(String name) {
    List<String> values = headers.get(name);
    return values == null ? null : values.get(0);
  }

  boolean isError() {
    return status >= 300;
  }

  /** The endpoint says so of what it does not answer. */
  boolean isNotHandled() {
    return status == 501;
  }

  @Override
  public String toString() {
    return service
        + " "
        + operation
        + " "
        + status
        + " "
        + headers
        + " "
        + (body == null ? "…" : body);
  }
}
