package io.escala.localaws.http;

import java.io.IOException;

/** One AWS service behind the endpoint. Requests come in parallel. */
public interface AwsService {

  /**
   * The service's name in a credential scope, by which requests are routed: {@code s3}, {@code
   * sts}.
   */
  String signingName();

  /**
   * Answers a request.
   *
   * @throws AwsException for every answer that is an error; {@link #error} turns it into the
   *     protocol
   */
  AwsResponse handle(AwsRequest request) throws IOException;

  /** Renders an error in the service's own protocol. */
  AwsResponse error(AwsRequest request, AwsException error);
}
