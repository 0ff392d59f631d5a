package io.escala.localaws.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Calls a service of the endpoint as its clients do, for another service that stands in front of
 * it: Step Functions calls EMR, a schedule calls Step Functions.
 */
public final class ServiceClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final AwsService service;

  /** Calls this service. */
  public ServiceClient(AwsService service) {
    this.service = service;
  }

  /**
   * An operation in AWS's JSON protocol.
   *
   * @throws AwsException as the service throws it
   */
  public ObjectNode call(String operation, ObjectNode input) {
    return send("POST", "/", Map.of("x-amz-target", "Local." + operation), input);
  }

  /**
   * An operation of a service that tells its operations by method and path.
   *
   * @throws AwsException as the service throws it
   */
  public ObjectNode call(String method, String path, ObjectNode input) {
    return send(method, path, Map.of(), input);
  }

  private ObjectNode send(
      String method, String path, Map<String, String> headers, ObjectNode input) {
    InputStream body = new ByteArrayInputStream(input.toString().getBytes(StandardCharsets.UTF_8));
    try {
      AwsResponse response =
          service.handle(
              new AwsRequest(service.signingName(), "", method, path, Map.of(), headers, body));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      response.body().writeTo(out);
      JsonNode answer = JSON.readTree(out.toByteArray());
      return answer instanceof ObjectNode object ? object : JsonProtocol.object();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
