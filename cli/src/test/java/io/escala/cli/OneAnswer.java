package io.escala.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * The golden rows of a model and others, and what Spark's {@code score} and the HTTP doors answer
 * to them.
 */
final class OneAnswer {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ROWS_A_REQUEST = 100;

  private final String name;
  private final JsonNode manifest;
  private final int golden;
  private final List<ObjectNode> rows = new ArrayList<>();

  private OneAnswer(String name, JsonNode manifest) {
    this.name = name;
    this.manifest = manifest;
    manifest.path("golden").forEach(g -> rows.add(g.path("inputs").deepCopy()));
    this.golden = rows.size();
    assertThat(golden).as("golden rows of %s", name).isPositive();
  }

  /**
   * The rows of a model and as many others made of them, each number moved a little; the same ones
   * each time.
   */
  static OneAnswer ofMoved(Path model, int others) throws IOException {
    OneAnswer asked = of(model, List.of());
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < others; i++) {
      ObjectNode row = asked.rows.get(i % asked.golden).deepCopy();
      for (JsonNode input : asked.manifest.path("inputs")) {
        String field = input.path("name").asText();
        row.set(field, moved(row.get(field), random));
      }
      asked.rows.add(row);
    }
    return asked;
  }

  private static JsonNode moved(JsonNode value, SplittableRandom random) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    if (value instanceof ArrayNode pixels) {
      ArrayNode noisy = json.arrayNode();
      for (JsonNode pixel : pixels) {
        noisy.add(random.nextInt(10) == 0 ? random.nextInt(256) : pixel.asInt());
      }
      return noisy;
    }
    return json.numberNode(value.asDouble() * random.nextDouble(0.9, 1.1));
  }

  /** The rows of a model and others. */
  static OneAnswer of(Path model, List<ObjectNode> others) throws IOException {
    JsonNode pointer = JSON.readTree(Files.readString(model.resolve("current.json")));
    Path version = model.resolve(pointer.path("version").asText());
    OneAnswer asked =
        new OneAnswer(
            model.getFileName().toString(),
            JSON.readTree(Files.readString(version.resolve("manifest.json"))));
    asked.rows.addAll(others);
    return asked;
  }

  int size() {
    return rows.size();
  }

  /** Writes the rows as a table for {@code score}, each with its number in the column row. */
  Path table(Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      ObjectNode numbered = rows.get(i).deepCopy();
      lines.add(numbered.put("row", i).toString());
    }
    return Files.write(file, lines);
  }

  /** What {@code score --keep row --format json} wrote, in the order of the rows. */
  List<Answer> bySpark(Path output) throws IOException {
    Answer[] answers = new Answer[rows.size()];
    try (Stream<Path> files = Files.list(output)) {
      for (Path part : files.filter(f -> f.toString().endsWith(".json")).toList()) {
        for (String line : Files.readAllLines(part)) {
          JsonNode scored = JSON.readTree(line);
          answers[scored.path("row").asInt()] =
              new Answer(scored.path("label").asText(), scored.path("probability").asDouble());
        }
      }
    }
    return List.of(answers);
  }

  /** What a door answered: to each golden row alone, to the others a hundred at a time. */
  List<JsonNode> byHttp(String url) throws IOException, InterruptedException {
    HttpClient client = HttpClient.newHttpClient();
    List<JsonNode> answers = new ArrayList<>();
    while (answers.size() < rows.size()) {
      int from = answers.size();
      int until = from < golden ? from + 1 : Math.min(from + ROWS_A_REQUEST, rows.size());
      ObjectNode request = JSON.createObjectNode();
      request.putArray("instances").addAll(rows.subList(from, until));
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(URI.create(url + "/v1/models/" + name + ":predict"))
                  .header("content-type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(request.toString()))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      JsonNode predictions = JSON.readTree(answer.body()).path("predictions");
      assertThat(predictions).hasSize(until - from);
      predictions.forEach(answers::add);
    }
    return answers;
  }

  /** What of a door's answer Spark's columns hold. */
  List<Answer> asColumns(List<JsonNode> predictions) {
    List<String> classes = new ArrayList<>();
    manifest.path("classes").forEach(c -> classes.add(c.asText()));
    List<Answer> answers = new ArrayList<>();
    for (JsonNode prediction : predictions) {
      String label = prediction.path("label").asText();
      JsonNode probability =
          prediction.has("probability")
              ? prediction.path("probability")
              : prediction.path("probabilities").path(classes.indexOf(label));
      assertThat(probability.isDouble()).as(prediction.toString()).isTrue();
      answers.add(new Answer(label, probability.asDouble()));
    }
    return answers;
  }

  /** Of one row. */
  record Answer(String label, double probability) {}
}
