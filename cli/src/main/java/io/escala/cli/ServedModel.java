package io.escala.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** The deployed HTTP API and the model {@code bank} behind it. */
final class ServedModel {
  private static final Duration REFRESH_LIMIT = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI api;

  ServedModel(String apiUrl) {
    this.api = URI.create(apiUrl.endsWith("/") ? apiUrl : apiUrl + "/");
  }

  /** A customer's columns and what training said of them. */
  record Example(JsonNode inputs, String label) {}

  /** What the API answered for one customer. */
  record Prediction(String label, double probability) {}

  /** The version that the pointer in the bucket names, if training has written one. */
  static Optional<String> currentVersion(Aws aws, String bucket) {
    return aws.text(bucket, "models/bank/current.json")
        .map(text -> json(text).path("version").asText());
  }

  /** The manifest of a version. */
  static JsonNode manifest(Aws aws, String bucket, String version) {
    String key = "models/bank/" + version + "/manifest.json";
    return json(
        aws.text(bucket, key)
            .orElseThrow(
                () ->
                    new UserException(
                        "s3://"
                            + bucket
                            + "/"
                            + key
                            + " is missing, though current.json names it")));
  }

  /** Rows that training kept with the bundle, those with every column given first. */
  static List<Example> examples(JsonNode manifest) {
    return StreamSupport.stream(manifest.path("golden").spliterator(), false)
        .sorted(Comparator.comparing(ServedModel::nulls))
        .map(row -> new Example(plain(row.path("inputs")), row.path("label").asText()))
        .toList();
  }

  private static long nulls(JsonNode row) {
    return StreamSupport.stream(row.path("inputs").spliterator(), false)
        .filter(JsonNode::isNull)
        .count();
  }

  /** The same values, whole numbers written as a person would: 59 rather than 59.0. */
  private static JsonNode plain(JsonNode inputs) {
    ObjectNode plain = JSON.createObjectNode();
    inputs
        .properties()
        .forEach(
            e ->
                plain.set(
                    e.getKey(),
                    e.getValue().isDouble()
                            && e.getValue().doubleValue() == e.getValue().longValue()
                        ? JSON.getNodeFactory().numberNode(e.getValue().longValue())
                        : e.getValue()));
    return plain;
  }

  /**
   * Waits until the API answers with this version; the function looks for a new one at most every
   * 30 seconds.
   *
   * @throws UserException when it does not
   */
  void awaitVersion(String version, Terminal terminal) {
    long deadline = System.nanoTime() + REFRESH_LIMIT.toNanos();
    String last = "nothing";
    while (System.nanoTime() < deadline) {
      HttpResponse<String> answer = metadata();
      if (has(answer, version)) {
        return;
      }
      last = answer.statusCode() + " " + answer.body();
      terminal.progress("waiting for " + api + " to serve version " + version);
      Pause.millis(250);
    }
    throw new UserException(
        "the API at " + api + " does not serve version " + version + "; it answered: " + last);
  }

  /** Whether the API answers with this version now. */
  boolean serves(String version) {
    return has(metadata(), version);
  }

  private HttpResponse<String> metadata() {
    return send(HttpRequest.newBuilder(api.resolve("v2/models/bank")));
  }

  private static boolean has(HttpResponse<String> metadata, String version) {
    return metadata.statusCode() == 200
        && StreamSupport.stream(json(metadata.body()).path("versions").spliterator(), false)
            .anyMatch(v -> v.asText().equals(version));
  }

  /** Asks for one prediction. */
  Prediction predict(JsonNode inputs) {
    HttpResponse<String> answer =
        send(
            HttpRequest.newBuilder(predictUri())
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body(inputs))));
    if (answer.statusCode() != 200) {
      throw new UserException("the API answered " + answer.statusCode() + ": " + answer.body());
    }
    JsonNode prediction = json(answer.body()).path("predictions").path(0);
    return new Prediction(
        prediction.path("label").asText(), prediction.path("probability").asDouble());
  }

  URI predictUri() {
    return api.resolve("v1/models/bank:predict");
  }

  static String body(JsonNode inputs) {
    return "{\"instances\":[" + inputs + "]}";
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(
          request.timeout(Duration.ofSeconds(40)).build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UserException("the API at " + api + " cannot be reached: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserException("interrupted", e);
    }
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException("not JSON: " + text, e);
    }
  }
}
