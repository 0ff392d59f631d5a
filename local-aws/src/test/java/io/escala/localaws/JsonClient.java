package io.escala.localaws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** A client of a service in one of AWS's JSON protocols, for which no module of the SDK is here. */
public final class JsonClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final URI url;
  private final String service;

  /** An answer that is an error. */
  public static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refused(int status, String answer) {
      super(status + " " + answer);
    }
  }

  public JsonClient(URI url, String service) {
    this.url = url;
    this.service = service;
  }

  /** An operation told by a header. */
  public JsonNode call(String operation, String request) {
    return send(at("/").header("X-Amz-Target", "Any." + operation), "POST", request);
  }

  /** An operation told by method and path. */
  public JsonNode send(String method, String path, String request) {
    return send(at(path), method, request);
  }

  private HttpRequest.Builder at(String path) {
    return HttpRequest.newBuilder(url.resolve(path))
        .header(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=any/20260301/us-east-1/" + service + "/aws4_request");
  }

  private static JsonNode send(HttpRequest.Builder request, String method, String body) {
    try {
      HttpResponse<String> answer =
          HTTP.send(
              request.method(method, HttpRequest.BodyPublishers.ofString(body)).build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() >= 400) {
        throw new Refused(answer.statusCode(), answer.body());
      }
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
