package io.escala.localaws.conformity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;

/**
 * A client of a service in one of AWS's JSON protocols, for which no module of the SDK is here.
 * What it gets is held to the service's model.
 */
public final class JsonClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RawClient raw;
  private final String service;

  /** An answer that is an error. */
  public static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refused(Answer answer) {
      super(answer.status() + " " + answer.body());
    }
  }

  /**
   * A client.
   *
   * @param service as the AWS CLI calls it
   */
  public JsonClient(URI url, String service) {
    this.raw = new RawClient(url.toString());
    this.service = service;
  }

  /** An operation told by a header. */
  public JsonNode call(String operation, String request) {
    return read(raw.json(service, operation, request));
  }

  /**
   * An operation told by method and path.
   *
   * @param path with the query, if there is one
   */
  public JsonNode send(String method, String path, String request) {
    String operation = ServiceModel.of(service).operation(method, path.replaceFirst("\\?.*", ""));
    return read(raw.rest(service, operation, path, request));
  }

  private static JsonNode read(Answer answer) {
    EveryAnswer.hold(answer);
    if (answer.isError()) {
      throw new Refused(answer);
    }
    try {
      return JSON.readTree(answer.body());
    } catch (JsonProcessingException e) {
      throw new AssertionError(answer.toString(), e);
    }
  }
}
