package io.escala.localaws.conformity;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/**
 * Sends signed requests without an SDK: for services whose SDK is no dependency of this module, and
 * for requests that an SDK would not send.
 */
final class RawClient {
  private final HttpClient http = HttpClient.newHttpClient();
  private final String url;

  RawClient(String url) {
    this.url = url;
  }

  /** The operation with nothing but what tells it from the others. */
  Answer emptyRequest(ServiceModel model, String operation) {
    JsonNode binding = model.operations().get(operation);
    HttpRequest.Builder request = signed(model.signingName());
    switch (model.protocol()) {
      case "json" -> {
        return json(model.name(), operation, "{}");
      }
      case "query" ->
          request
              .uri(URI.create(url + "/"))
              .POST(
                  BodyPublishers.ofString(
                      "Action=" + operation + "&Version=" + model.head("apiVersion")));
      default -> {
        StringBuilder uri = new StringBuilder(binding.path("uri").asText());
        for (JsonNode name : binding.path("querystring")) {
          uri.append(uri.indexOf("?") < 0 ? '?' : '&').append(name.asText()).append("=1");
        }
        binding.path("header").forEach(name -> request.header(name.asText(), "nothing/here"));
        String filled = uri.toString().replaceAll("\\{[^}]+}", "nothing-here");
        String body = model.protocol().equals("rest-json") ? "{}" : "";
        String method = binding.path("method").asText();
        request
            .uri(URI.create(url + filled))
            .method(
                method,
                method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
      }
    }
    return send(model.name(), operation, request.build());
  }

  /** An operation of a service whose operations are told by a header. */
  Answer json(String service, String operation, String body) {
    ServiceModel model = ServiceModel.of(service);
    return send(
        service,
        operation,
        signed(model.signingName())
            .uri(URI.create(url + "/"))
            .header("X-Amz-Target", model.head("targetPrefix") + "." + operation)
            .POST(BodyPublishers.ofString(body))
            .build());
  }

  /** An operation of a REST service. */
  Answer rest(String service, String operation, String path, String body, String... headers) {
    ServiceModel model = ServiceModel.of(service);
    HttpRequest.Builder request = signed(model.signingName()).uri(URI.create(url + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(
        service,
        operation,
        request
            .method(
                model.operations().get(operation).path("method").asText(),
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build());
  }

  /** What the endpoint says of a service that it does not have. */
  String unknownService() {
    return sent(signed("no-such-service").uri(URI.create(url + "/")).build()).body();
  }

  private static HttpRequest.Builder signed(String service) {
    return HttpRequest.newBuilder()
        .header(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/"
                + service
                + "/aws4_request, SignedHeaders=host, Signature=0");
  }

  private Answer send(String service, String operation, HttpRequest request) {
    HttpResponse<String> response = sent(request);
    return new Answer(
        service, operation, response.statusCode(), response.headers().map(), response.body());
  }

  private HttpResponse<String> sent(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
