package io.escala.localaws.http;

import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One signed request to the endpoint, as every service sees it.
 *
 * @param service the signing name in the credential scope, for example {@code elasticmapreduce}
 * @param region the region in the credential scope
 * @param method the HTTP method
 * @param path the path as sent, still percent-encoded
 * @param query decoded query parameters, in the order sent
 * @param headers by lower-case name; of a repeated header the first
 * @param body the decoded body ({@code aws-chunked} already unwrapped); read it at most once
 */
public record AwsRequest(
    String service,
    String region,
    String method,
    String path,
    Map<String, List<String>> query,
    Map<String, String> headers,
    InputStream body) {

  /** The first value of a header, by its lower-case name. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /** The first value of a query parameter; empty text for one without a value. */
  public Optional<String> query(String name) {
    List<String> values = query.get(name);
    return values == null || values.isEmpty() ? Optional.empty() : Optional.of(values.get(0));
  }
}
