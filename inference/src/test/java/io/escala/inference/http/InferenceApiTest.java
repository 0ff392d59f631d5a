package io.escala.inference.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.escala.inference.FolderBundleSource;
import io.escala.inference.Manifest;
import io.escala.inference.Models;
import io.escala.inference.fixture.BankModel;
import io.escala.inference.fixture.RecordingListener;
import io.escala.inference.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InferenceApiTest {
  private static final String PREDICT = "/v1/models/bank:predict";

  @TempDir Path root;
  private final RecordingListener listener = new RecordingListener();
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
    api = new InferenceApi(models, new Limits(4096, 10), listener);
  }

  @AfterEach
  void stop() {
    models.close();
  }

  @Test
  void shouldPredictEachInstanceInFullPrecision() throws Exception {
    // when
    Response response =
        post(
            """
            {"instances": [{"age": 59, "balance": 2343, "day": 5, "job": "admin.", "month": "may"},
                           {"age": null, "day": 5.0}]}
            """);

    // then
    double[] expected =
        models.use(
            "bank",
            m -> {
              var rows = m.predict(List.of(BankModel.row(59, 2343, 5, "admin."), Map.of("day", 5)));
              return new double[] {rows.probability(0, 1), rows.probability(1, 1)};
            });
    assertThat(response.status()).as(response.body()).isEqualTo(200);
    assertThat(response.headers())
        .containsEntry("content-type", "application/json")
        .containsEntry("escala-model-version", manifest.version().text());
    assertThat(Json.parse(response.body()))
        .isEqualTo(
            Map.of(
                "predictions",
                List.of(
                    Map.of("label", expected[0] > 0.5 ? "yes" : "no", "probability", expected[0]),
                    Map.of(
                        "label", expected[1] > 0.5 ? "yes" : "no", "probability", expected[1]))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/models/bank:predict",
        "/v1/models/bank%3Apredict",
        "/v1/models/%62ank%3apredict"
      })
  void shouldFindTheModelInAnEncodedPath(String path) {
    assertThat(ask("POST", path, "{\"instances\": [{}]}").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        " | the text is empty",
        "{\"instances\": [{}] | ends too early",
        "{\"instances\": [{}]} x | more text after the end",
        "{\"instances\": [{}]}{} | more text after the end",
        "{'instances': [{}]} | the JSON is malformed at line 1, column 3",
        "{\"instances\": [{\"age\": NaN}]} | instances[0].age is NaN at line 1, column 24, which is no number of JSON: where a value may be missing, send null",
        "{\"instances\": [{\"age\": None}]} | malformed at line 1, column 24",
        "{\"instances\": [{\"age\": 1e999}]} | larger than a 64-bit",
        "{\"instances\": [{\"age\": 20, \"age\": 30}]} | the key \"age\" stands twice",
        "[] | the body must be {\"instances\"",
        "{} | the body must be {\"instances\"",
        "{\"instances\": {}} | the body must be {\"instances\"",
        "{\"instances\": [{}], \"signature\": 1} | but has the field \"signature\"",
        "{\"instances\": []} | instances is empty",
        "{\"instances\": [{}, 3]} | instances[1] must be an object",
        "{\"instances\": [{}, {\"age\": \"old\"}]} | instances[1].age must be a number, but is the string \"old\"",
        "{\"instances\": [{\"pdays\": 1}]} | instances[0] has the field \"pdays\"",
      })
  void shouldSayWhatIsWrongWithTheBody(String body, String sentence) {
    // when
    Response response = post(body == null ? "" : body);

    // then
    assertThat(response.status()).isEqualTo(400);
    assertThat(error(response)).contains(sentence).doesNotContain("\n");
    assertThat(listener.told()).noneMatch(t -> t.startsWith("failed"));
  }

  @Test
  void shouldRefuseInvalidUtf8() {
    // given
    byte[] body = "{\"instances\": [{\"job\": \"?\"}]}".getBytes(UTF_8);
    body[24] = (byte) 0xFF;

    // when
    Response response = api.handle(new Request("POST", PREDICT, Map.of(), ByteBuffer.wrap(body)));

    // then
    assertThat(response.status()).isEqualTo(400);
    assertThat(error(response)).contains("not valid UTF-8");
  }

  @Test
  void shouldRefuseJsonThatIsNestedTooDeep() {
    // when
    Response response = post("[".repeat(1000) + "]".repeat(1000));

    // then
    assertThat(response.status()).isEqualTo(400);
    assertThat(error(response)).contains("the JSON is nested deeper than 32 at line 1");
  }

  @Test
  void shouldRefuseABodyThatIsTooLarge() {
    Response response = post("{\"instances\": [{\"job\": \"" + "x".repeat(4096) + "\"}]}");
    assertThat(response.status()).isEqualTo(413);
    assertThat(error(response)).contains("at most 4096");
  }

  @Test
  void shouldRefuseTooManyInstances() {
    Response response = post("{\"instances\": [{}" + ", {}".repeat(10) + "]}");
    assertThat(response.status()).isEqualTo(413);
    assertThat(error(response)).contains("there are 11 instances, but at most 10");
  }

  @ParameterizedTest
  @CsvSource({
    "content-type, application/xml",
    "Content-Type, text/plain",
    "content-type, application/json; charset=latin1",
    "content-encoding, gzip"
  })
  void shouldRefuseABodyThatIsNotPlainJson(String header, String value) {
    Response response =
        api.handle(
            new Request(
                "POST", PREDICT, Map.of(header, value), UTF_8.encode("{\"instances\": [{}]}")));
    assertThat(response.status()).isEqualTo(415);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "APPLICATION/JSON; charset=UTF-8",
        "application/json;charset=\"utf-8\"",
        "application/x-www-form-urlencoded"
      })
  void shouldAcceptPlainJson(String type) {
    Response response =
        api.handle(
            new Request(
                "POST",
                PREDICT,
                Map.of("Content-Type", type),
                UTF_8.encode("{\"instances\": [{}]}")));
    assertThat(response.status()).isEqualTo(200);
  }

  @Test
  void shouldSayThatAModelHasNoVersionYet() {
    // when
    Response response = ask("POST", "/v1/models/absent:predict", "{\"instances\": [{}]}");

    // then
    assertThat(response.status()).isEqualTo(503);
    assertThat(response.headers()).containsKey("retry-after");
    assertThat(error(response)).startsWith("model absent has no version yet: training writes one");
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /v1/models/other:predict",
    "GET, /v1/models/other",
    "GET, /v2/models/other",
    "GET, /v2/models/bank/nothing",
    "GET, /v2/health/dead",
    "GET, /v1/models/bank/",
    "GET, /favicon.ico",
    "GET, //",
    "GET, /v1/models/..%2Fbank"
  })
  void shouldSayThatThereIsNothingAtAPath(String method, String path) {
    Response response = ask(method, path, "{\"instances\": [{}]}");
    assertThat(response.status()).isEqualTo(404);
    assertThat(error(response)).startsWith("there is no");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/models/bank:predict, POST",
    "POST, /v1/models/bank, GET",
    "POST, /, GET",
    "DELETE, /v2/models/bank, GET",
    "PUT, /v2/health/ready, GET"
  })
  void shouldNameTheMethodThatAPathAnswers(String method, String path, String allowed) {
    Response response = ask(method, path, "");
    assertThat(response.status()).isEqualTo(405);
    assertThat(response.headers()).containsEntry("allow", allowed);
  }

  @Test
  void shouldRefuseAPathThatIsNotOne() {
    assertThat(ask("GET", "/v1/models/ba%zz", "").status()).isEqualTo(400);
    assertThat(ask("GET", "v2", "").status()).isEqualTo(400);
  }

  @Test
  void shouldTellWhatTheModelIs() throws Exception {
    assertThat(Json.parse(ask("GET", "/v2/models/bank", "").body()))
        .isEqualTo(
            Json.parse(
                """
                {"name": "bank", "versions": ["%s"], "platform": "onnx_onnxv1",
                 "inputs": [{"name": "age", "datatype": "FP64", "shape": [-1, 1]},
                            {"name": "balance", "datatype": "FP64", "shape": [-1, 1]},
                            {"name": "day", "datatype": "INT64", "shape": [-1, 1]},
                            {"name": "job", "datatype": "BYTES", "shape": [-1, 1]}],
                 "outputs": [{"name": "label", "datatype": "INT64", "shape": [-1]},
                             {"name": "probabilities", "datatype": "FP64", "shape": [-1, 2]}]}
                """
                    .formatted(manifest.version())));
  }

  @Test
  void shouldTellWhetherAModelIsReady() throws Exception {
    Map<String, Object> ready = Map.of("name", "bank", "ready", true);
    assertThat(Json.parse(ask("GET", "/v1/models/bank", "").body())).isEqualTo(ready);
    assertThat(Json.parse(ask("GET", "/v2/models/bank/ready", "").body())).isEqualTo(ready);
    Response absent = ask("GET", "/v2/models/absent/ready", "");
    assertThat(absent.status()).isEqualTo(503);
    assertThat(absent.body()).contains("\"ready\":false");
  }

  @Test
  void shouldBeLiveAlwaysAndReadyOnceAllModelsAre() throws IOException {
    // given
    assertThat(ask("GET", "/v2/health/live", "").status()).isEqualTo(200);
    assertThat(ask("GET", "/v2/health/ready", "").status()).isEqualTo(503);

    // when
    new BankModel(1).publish(root, "absent", Instant.parse("2026-11-23T19:45:00Z"));
    try (Models both =
        new Models(
            new FolderBundleSource(root),
            List.of("bank", "absent"),
            Duration.ofSeconds(30),
            listener)) {
      Response ready =
          new InferenceApi(both, Limits.DEFAULT, listener)
              .handle(new Request("GET", "/v2/health/ready", Map.of(), ByteBuffer.allocate(0)));

      // then
      assertThat(ready.status()).isEqualTo(200);
      assertThat(ready.body()).isEqualTo("{\"ready\":true}");
    }
  }

  @Test
  void shouldTellWhatItIs() {
    assertThat(ask("GET", "/v2", "").body()).startsWith("{\"name\":\"escala\",\"version\":\"");
    assertThat(ask("GET", "/", "").body())
        .contains("\"name\":\"bank\",\"ready\":true,\"version\":\"" + manifest.version())
        .contains("\"name\":\"absent\",\"ready\":false", "/v1/models/absent:predict");
  }

  private Response post(String body) {
    return ask("POST", PREDICT, body);
  }

  private Response ask(String method, String path, String body) {
    return api.handle(
        new Request(method, path, Map.of("content-type", "application/json"), UTF_8.encode(body)));
  }

  private static String error(Response response) {
    try {
      return (String) ((Map<?, ?>) Json.parse(response.body())).get("error");
    } catch (io.escala.inference.json.JsonException e) {
      throw new AssertionError("the answer is not JSON: " + response.body(), e);
    }
  }
}
