package io.escala.inference.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.escala.inference.FolderBundleSource;
import io.escala.inference.Manifest;
import io.escala.inference.Models;
import io.escala.inference.Predictions;
import io.escala.inference.fixture.BankModel;
import io.escala.inference.fixture.RecordingListener;
import io.escala.inference.json.Json;
import io.escala.inference.json.JsonException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Inference requests of the Open Inference Protocol. */
class OpenInferenceTest {
  private static final String INFER = "/v2/models/bank/infer";
  private static final List<Map<String, Object>> TWO_CUSTOMERS =
      List.of(
          BankModel.row(59.0, 2343.0, 5L, "admin."), BankModel.row(33.5, -12.0, 31L, "never seen"));
  private static final String AGE = tensor("age", "FP64", "[2, 1]", "[59, 33.5]");
  private static final String BALANCE = tensor("balance", "FP64", "[2, 1]", "[2343, -12]");
  private static final String DAY = tensor("day", "INT64", "[2, 1]", "[5, 31]");
  private static final String JOB =
      tensor("job", "BYTES", "[2, 1]", "[\"admin.\", \"never seen\"]");

  @TempDir Path root;
  private final RecordingListener listener = new RecordingListener();
  private final List<Integer> counted = new ArrayList<>();
  private Manifest manifest;
  private Models models;
  private InferenceApi api;

  @BeforeEach
  void start() throws IOException {
    manifest = new BankModel(-2.5).publish(root, "bank", Instant.parse("2026-11-23T19:45:00Z"));
    models =
        new Models(
            new FolderBundleSource(root),
            List.of("bank", "absent"),
            Duration.ofSeconds(30),
            listener);
    api =
        new InferenceApi(
            models,
            new Limits(4096, 3),
            listener,
            (model, predictions) -> counted.add(predictions.size()));
  }

  @AfterEach
  void stop() {
    models.close();
  }

  @Test
  void shouldAnswerRowsWithTensorsInFullPrecision() throws Exception {
    // when
    Response response =
        infer("{\"id\": \"a-42\", \"inputs\": [%s, %s, %s, %s]}".formatted(JOB, AGE, BALANCE, DAY));

    // then
    Predictions expected = models.use("bank", m -> m.predict(TWO_CUSTOMERS));
    assertThat(response.status()).as(response.body()).isEqualTo(200);
    assertThat(response.headers()).containsEntry("escala-model-version", manifest.version().text());
    assertThat(Json.parse(response.body()))
        .isEqualTo(
            Map.of(
                "model_name",
                "bank",
                "model_version",
                manifest.version().text(),
                "id",
                "a-42",
                "outputs",
                List.of(
                    Map.of(
                        "name",
                        "label",
                        "datatype",
                        "INT64",
                        "shape",
                        List.of(2L),
                        "data",
                        List.of((long) expected.labelIndex(0), (long) expected.labelIndex(1))),
                    Map.of(
                        "name",
                        "probabilities",
                        "datatype",
                        "FP64",
                        "shape",
                        List.of(2L, 2L),
                        "data",
                        List.of(
                            expected.probability(0, 0),
                            expected.probability(0, 1),
                            expected.probability(1, 0),
                            expected.probability(1, 1))))));
    assertThat(counted).containsExactly(2);
  }

  @Test
  void shouldReadNestedDataAsItReadsFlatData() {
    String nested =
        "{\"inputs\": [%s, %s, %s, %s]}"
            .formatted(
                tensor("age", "FP64", "[2, 1]", "[[59], [33.5]]"),
                tensor("balance", "FP64", "[2, 1]", "[[2343], [-12]]"),
                DAY,
                tensor("job", "BYTES", "[2, 1]", "[[\"admin.\"], [\"never seen\"]]"));
    String flat = "{\"inputs\": [%s, %s, %s, %s]}".formatted(AGE, BALANCE, DAY, JOB);
    assertThat(infer(nested).status()).isEqualTo(200);
    assertThat(infer(nested).body()).isEqualTo(infer(flat).body()).doesNotContain("\"id\"");
  }

  @Test
  void shouldAnswerOnlyTheOutputsThatAreAskedForInTheirOrder() {
    assertThat(infer("{\"inputs\": [%s], \"outputs\": [{\"name\": \"label\"}]}".formatted(AGE)))
        .satisfies(r -> assertThat(r.status()).isEqualTo(200))
        .satisfies(r -> assertThat(r.body()).contains("label").doesNotContain("probabilities"));
    assertThat(
            infer(
                    "{\"inputs\": [%s], \"outputs\": [{\"name\": \"probabilities\"}, {\"name\": \"label\"}]}"
                        .formatted(AGE))
                .body())
        .containsSubsequence("\"probabilities\"", "\"label\"");
  }

  @Test
  void shouldTakeAnInputThatIsLeftOutOrNullForMissingWhereThatIsAllowed() {
    String leftOut = infer("{\"inputs\": [%s, %s]}".formatted(AGE, JOB)).body();
    String nulls =
        infer(
                "{\"inputs\": [%s, %s, %s, %s]}"
                    .formatted(
                        AGE,
                        JOB,
                        tensor("balance", "FP64", "[2, 1]", "[null, null]"),
                        tensor("day", "INT64", "[2, 1]", "[null, null]")))
            .body();
    assertThat(leftOut).contains("\"outputs\"").isEqualTo(nulls);
  }

  @Test
  void shouldIgnoreWhatTheModelIgnoresAndParametersItDoesNotKnow() {
    Response response =
        infer(
            """
            {"parameters": {"priority": 3}, "outputs": [{"name": "label", "parameters": {"classification": 2}}],
             "inputs": [%s, %s,
                        {"name": "day", "datatype": "INT64", "shape": [2, 1], "parameters": {"content_type": "np"},
                         "data": [1, 2]}]}
            """
                .formatted(AGE, tensor("month", "BYTES", "[2, 1]", "[\"may\", \"may\"]")));
    assertThat(response.status()).as(response.body()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | the body must be {\"inputs\"",
        "{} | the body must be {\"inputs\"",
        "{\"inputs\": []} | the body must be {\"inputs\"",
        "{\"inputs\": [AGE], \"instances\": []} | the body has the field \"instances\"; there is id, inputs, outputs, parameters",
        "{\"inputs\": [AGE], \"id\": 3} | id must be a string",
        "{\"inputs\": [AGE], \"parameters\": []} | the body has parameters that are not an object",
        "{\"inputs\": [AGE], \"outputs\": {}} | outputs must be an array",
        "{\"inputs\": [AGE], \"outputs\": [\"label\"]} | outputs[0] must be an object with a name",
        "{\"inputs\": [AGE], \"outputs\": [{\"name\": \"score\"}]} | there is no output \"score\"; there is label, probabilities",
        "{\"inputs\": [AGE], \"outputs\": [{\"name\": \"label\"}, {\"name\": \"label\"}]} | outputs[1] asks for \"label\" once more",
        "{\"inputs\": [AGE, AGE]} | input \"age\" stands twice",
        "{\"inputs\": [AGE, 3]} | inputs[1] must be an object",
        "{\"inputs\": [{}]} | inputs[0] has no name",
        "{\"inputs\": [{\"name\": \"age\"}]} | input \"age\" has no datatype",
        "{\"inputs\": [{\"name\": \"age\", \"datatype\": \"FP64\"}]} | input \"age\" has no shape",
        "{\"inputs\": [{\"name\": \"age\", \"datatype\": \"FP64\", \"shape\": [1, 1]}]} | input \"age\" has no data",
        "{\"inputs\": [{\"name\": \"age\", \"datatype\": \"FP64\", \"shape\": [1, -1], \"data\": [1]}]} | whole numbers from 0",
        "{\"inputs\": [{\"name\": \"age\", \"datatype\": \"FP64\", \"shape\": [1, 1], \"data\": [20], \"x\": 1}]} | input \"age\" has the field \"x\"",
        "{\"inputs\": [{\"name\": \"age\", \"datatype\": \"FP64\", \"shape\": [1, 1], \"parameters\": {\"binary_data_size\": 8}}]} | is sent in binary",
        "{\"inputs\": [{\"name\": \"pdays\", \"datatype\": \"FP64\", \"shape\": [1, 1], \"data\": [1]}]} | there is no input \"pdays\"; model bank has age, balance, day, job and ignores month, duration",
      })
  void shouldSayWhatIsWrongWithTheBody(String body, String sentence) {
    refused(body.replace("AGE", AGE), sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "FP32  | [1, 1] | [20]          | input \"age\" has the datatype FP32, but must be FP64",
        "FP64  | [1]    | [20]          | input \"age\" has the shape [1], but must be [-1, 1], where -1 counts rows",
        "FP64  | [1, 2] | [20, 21]      | input \"age\" has the shape [1, 2], but must be [-1, 1]",
        "FP64  | [0, 1] | []            | the inputs have no rows: send at least one",
        "FP64  | [1, 1, 1, 1, 1, 1, 1, 1, 1] | [20] | has a shape of 9 dimensions, but at most 8",
        "FP64  | [2, 1] | [20]          | input \"age\" has the shape [2, 1], but 1 value in its data",
        "FP64  | [4294967296, 4294967296] | [20] | but 1 value in its data",
        "FP64  | [2, 1] | [[20, 21]]    | nested, but not as its shape [2, 1] says",
        "FP64  | [2, 1] | [[20], 21]    | nested, but not as its shape [2, 1] says",
        "FP64  | [2, 1] | [[[20]],[[21]]] | nested, but not as its shape [2, 1] says",
        "FP64  | [2, 1] | [20, \"old\"] | rows[1].age must be a number, but is the string \"old\" (null is allowed)",
        "FP64  | [2, 1] | [20, true]    | rows[1].age must be a number, but is true",
        "FP64  | [2, 1] | [20, {}]      | rows[1].age must be a number, but is an object",
        "FP64  | [2, 1] | [20, 121]     | rows[1].age is 121.0, but must be from 18 to 120",
        "FP64  | [2, 1] | [20, NaN]     | inputs[0].data[1] is NaN at line 1, column",
        "FP64  | [2, 1] | [20, 1e999]   | larger than a 64-bit",
      })
  void shouldSayWhatIsWrongWithATensor(
      String datatype, String shape, String data, String sentence) {
    refused("{\"inputs\": [%s]}".formatted(tensor("age", datatype, shape, data)), sentence);
  }

  @Test
  void shouldRefuseInputsOfDifferentLength() {
    refused(
        "{\"inputs\": [%s, %s]}".formatted(AGE, tensor("day", "INT64", "[1, 1]", "[5]")),
        "input \"day\" has 1 rows, but input \"age\" has 2");
  }

  @Test
  void shouldRefuseTooManyRows() {
    Response response =
        infer("{\"inputs\": [%s]}".formatted(tensor("age", "FP64", "[4, 1]", "[20, 21, 22, 23]")));
    assertThat(response.status()).isEqualTo(413);
    assertThat(error(response)).contains("there are 4 rows, but at most 3");
  }

  @Test
  void shouldRefuseTensorsInBinary() {
    Response response =
        api.handle(
            new Request(
                "POST",
                INFER,
                Map.of("Inference-Header-Content-Length", "80"),
                UTF_8.encode("{}")));
    assertThat(response.status()).isEqualTo(415);
    assertThat(error(response)).contains("JSON arrays");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/ready", "/infer"})
  void shouldAddressTheVersionInServiceAndNoOther(String what) {
    String method = what.equals("/infer") ? "POST" : "GET";
    String body = "{\"inputs\": [%s]}".formatted(AGE);
    String versions = "/v2/models/bank/versions/";
    assertThat(ask(method, versions + manifest.version() + what, body).status()).isEqualTo(200);
    Response other = ask(method, versions + "20250101T000000Z-00000000" + what, body);
    assertThat(other.status()).isEqualTo(404);
    assertThat(error(other))
        .isEqualTo(
            "version \"20250101T000000Z-00000000\" of model bank is not in service; "
                + manifest.version()
                + " is");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v2/models/bank/infer, 405",
    "POST, /v2/models/bank/versions/1/ready, 405",
    "POST, /v2/models/other/infer, 404",
    "GET, /v2/models/bank/versions, 404",
    "GET, /v2/models/bank/, 404",
    "GET, /v2/models/bank/infer/infer, 404",
    "GET, /v2/models/bank/versions/1/versions/2, 404",
    "POST, /v2/models/absent/infer, 503"
  })
  void shouldAnswerOtherPathsAndMethodsWithASentence(String method, String path, int status) {
    Response response = ask(method, path, "{\"inputs\": [%s]}".formatted(AGE));
    assertThat(response.status()).isEqualTo(status);
    assertThat(error(response)).isNotBlank();
  }

  private void refused(String body, String sentence) {
    Response response = infer(body);
    assertThat(response.status()).as(response.body()).isEqualTo(400);
    assertThat(error(response)).contains(sentence).doesNotContain("\n");
    assertThat(listener.told()).noneMatch(t -> t.startsWith("failed"));
    assertThat(counted).isEmpty();
  }

  private Response infer(String body) {
    return ask("POST", INFER, body);
  }

  private Response ask(String method, String path, String body) {
    return api.handle(
        new Request(method, path, Map.of("content-type", "application/json"), UTF_8.encode(body)));
  }

  private static String tensor(String name, String datatype, String shape, String data) {
    return "{\"name\": \"%s\", \"datatype\": \"%s\", \"shape\": %s, \"data\": %s}"
        .formatted(name, datatype, shape, data);
  }

  private static String error(Response response) {
    try {
      return (String) ((Map<?, ?>) Json.parse(response.body())).get("error");
    } catch (JsonException e) {
      throw new AssertionError("the answer is not JSON: " + response.body(), e);
    }
  }
}
