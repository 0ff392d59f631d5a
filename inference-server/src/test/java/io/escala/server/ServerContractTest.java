package io.escala.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.escala.inference.Manifest;
import io.escala.inference.fixture.BankModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the server answers, over HTTP. The details of the contract are tested in inference. */
class ServerContractTest {
  private static final double EXACT = 1e-12;

  @TempDir static Path root;
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.of(TestServer.models(root), "bank", "wine");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void shouldPredictWhatTrainingComputed() throws Exception {
    Manifest wine = TestServer.manifest(root, "wine");
    for (Manifest.Golden golden : wine.golden()) {
      // when
      Wire.Answer answer =
          server.post(
              "/v1/models/wine:predict", "{\"instances\": [" + json(golden.inputs()) + "]}");

      // then
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      assertThat(answer.headers())
          .containsEntry("content-type", "application/json")
          .containsEntry("escala-model-version", wine.version().text());
      Map<?, ?> prediction = (Map<?, ?>) ((List<?>) answer.json().get("predictions")).get(0);
      assertThat(prediction.get("label")).isEqualTo(golden.label());
      List<?> probabilities = (List<?>) prediction.get("probabilities");
      for (int c = 0; c < probabilities.size(); c++) {
        assertThat((Double) probabilities.get(c))
            .isCloseTo(golden.probabilities().get(c), within(1e-6));
      }
    }
  }

  @Test
  void shouldInferABatchOfEveryDatatypeInOneRequest() {
    // given
    int rows = 500;
    List<Object> ages = new ArrayList<>();
    List<Object> days = new ArrayList<>();
    List<Object> jobs = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      ages.add(row % 3 == 0 ? null : 18 + row % 100);
      days.add(row % 7);
      jobs.add(row % 2 == 0 ? "\"técnico\"" : "\"unseen\"");
    }

    // when
    Wire.Answer answer =
        server.post(
            "/v2/models/bank/infer",
            """
            {"id": "batch", "inputs": [
              {"name": "age", "datatype": "FP64", "shape": [500, 1], "data": %s},
              {"name": "day", "datatype": "INT64", "shape": [500, 1], "data": %s},
              {"name": "job", "datatype": "BYTES", "shape": [500, 1], "data": %s}]}
            """
                .formatted(ages, days, jobs));

    // then
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.json().get("id")).isEqualTo("batch");
    Map<?, ?> probabilities = (Map<?, ?>) ((List<?>) answer.json().get("outputs")).get(1);
    assertThat(probabilities.get("shape")).isEqualTo(List.of(500L, 2L));
    for (int row = 0; row < rows; row++) {
      double expected =
          TestServer.BANK.probability(
              BankModel.row(
                  ages.get(row), null, days.get(row), ((String) jobs.get(row)).replace("\"", "")));
      assertThat((Double) ((List<?>) probabilities.get("data")).get(2 * row + 1))
          .isCloseTo(expected, within(EXACT));
    }
  }

  @Test
  void shouldTellWhatItIsAndWhatItServes() {
    Wire.Answer about = server.get("/");
    assertThat(about.status()).isEqualTo(200);
    assertThat(
            ((List<?>) about.json().get("models"))
                .stream().map(m -> (Object) ((Map<?, ?>) m).get("name")))
        .containsExactly("bank", "wine");
    assertThat(server.get("/v2").json().get("extensions")).isEqualTo(List.of());
    assertThat(server.get("/v2/models/wine").body()).contains("\"platform\":\"onnx_onnxv1\"");
    assertThat(server.get("/v2/models/wine/ready").status()).isEqualTo(200);
    assertThat(server.get("/v2/health/live").body()).isEqualTo("{\"live\":true}");
    assertThat(server.get("/v2/health/ready").body()).isEqualTo("{\"ready\":true}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "GET    | /nothing                   |      | 404 | there is nothing at this path",
        "POST   | /v1/models/other:predict   | {}   | 404 | there is no model \"other\"; there is bank, wine",
        "GET    | /v1/models/bank:predict    |      | 405 | this path answers POST, not GET",
        "DELETE | /metrics                   |      | 405 | this path answers GET",
        "BREW   | /v2                        |      | 405 | this path answers GET, not BREW",
        "POST   | /v1/models/bank:predict    | {    | 400 | the JSON ends too early",
        "POST   | /v1/models/bank:predict    | {\"instances\": [{\"age\": 17}]} | 400 | instances[0].age is 17.0, but must be from 18 to 120",
        "POST   | /v2/models/bank/infer      | []   | 400 | the body must be {\"inputs\"",
        "GET    | /v2/models/bank/versions/9 |      | 404 | is not in service",
        "GET    | /v1/models/ba%zz           |      | 400 | the request is not valid HTTP",
        "GET    | /v1/models/x%2Fbank        |      | 400 | the request is not valid HTTP"
      })
  void shouldSayWhatIsWrong(String method, String path, String body, int status, String sentence) {
    Wire.Answer answer = server.ask(method, path, body == null ? "" : body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers()).containsEntry("content-type", "application/json");
    assertThat(answer.error()).contains(sentence);
  }

  @Test
  void shouldTakeAPhotoOfAPhoneByDefault() {
    // A JPEG of 3 MB in base64
    assertThat(ServerLimits.defaults().bodyBytes()).isGreaterThanOrEqualTo(4 << 20);
    Wire.Answer answer =
        server.post("/classify_digit", "{\"image\": \"" + "A".repeat(4_000_000) + "\"}");
    assertThat(answer.status()).as(answer.body()).isNotEqualTo(413);
  }

  @Test
  void shouldRefuseABodyThatIsTooLargeWhetherItSaysSoOrNot() throws Exception {
    String large = "x".repeat(10 << 20);
    try (Wire wire = server.wire()) {
      Wire.Answer said = wire.say(Wire.request("POST", TestServer.PREDICT, large)).answer();
      assertThat(said.status()).isEqualTo(413);
      assertThat(said.error()).contains("has 10485760 bytes, but at most 4194304 are read");

      String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
      Wire.Answer chunked =
          wire.say(
                  "POST "
                      + TestServer.PREDICT
                      + " HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n"
                      + chunk.repeat(80)
                      + "0\r\n\r\n")
              .answer();
      assertThat(chunked.status()).isEqualTo(413);

      // and the connection is still of use
      assertThat(wire.say(Wire.request("POST", TestServer.PREDICT, TestServer.CUSTOMER)).answer())
          .extracting(Wire.Answer::status)
          .isEqualTo(200);
    }
  }

  @Test
  void shouldAnswerAtOnceAClientThatAsksBeforeItSendsTooMuch() throws Exception {
    try (Wire wire = server.wire()) {
      Wire.Answer answer =
          wire.say(
                  "POST "
                      + TestServer.PREDICT
                      + " HTTP/1.1\r\nhost: test\r\nexpect: 100-continue\r\ncontent-length: 99999999\r\n\r\n")
              .answer();
      assertThat(answer.status()).isEqualTo(413);
    }
  }

  @Test
  void shouldCountAndLogWithoutWhatClientsSent() throws Exception {
    // given
    String series =
        "escala_http_requests_total{method=\"POST\",route=\"/v1/models/{model}:predict\",status=\"400\"}";
    double before = server.metric(series);
    double rejected = server.metric("escala_rejected_inputs_total{model=\"bank\",status=\"400\"}");
    double scored =
        server.metric("escala_predictions_total{class=\"yes\",model=\"bank\"}")
            + server.metric("escala_predictions_total{class=\"no\",model=\"bank\"}");

    // when
    try (Wire wire = server.wire()) {
      Wire.Answer answer =
          wire.say(
                  Wire.request(
                      "POST",
                      TestServer.PREDICT + "?secret=s3cr3t",
                      "{\"instances\": [{\"job\": 987654321}]}",
                      "x-request-id: abc-1",
                      "user-agent: s3cr3t"))
              .answer();
      assertThat(answer.headers()).containsEntry("x-request-id", "abc-1");
    }
    assertThat(server.post(TestServer.PREDICT, TestServer.CUSTOMER).status()).isEqualTo(200);
    assertThat(server.get("/s3cr3t").status()).isEqualTo(404);

    // then
    assertThat(server.metric(series)).isEqualTo(before + 1);
    assertThat(server.metric("escala_rejected_inputs_total{model=\"bank\",status=\"400\"}"))
        .isEqualTo(rejected + 1);
    assertThat(
            server.metric("escala_predictions_total{class=\"yes\",model=\"bank\"}")
                + server.metric("escala_predictions_total{class=\"no\",model=\"bank\"}"))
        .isEqualTo(scored + 1);
    assertThat(
            server.metric(
                "escala_model_info{model=\"wine\",version=\""
                    + TestServer.manifest(root, "wine").version()
                    + "\"}"))
        .isEqualTo(1);
    Eventually.isTrue(() -> server.log().contains("\"requestId\":\"abc-1\""));
    assertThat(server.log())
        .contains("\"route\":\"/v1/models/{model}:predict\",\"status\":400")
        .doesNotContain("s3cr3t", "987654321", "127.0.0.1");
  }

  @Test
  void shouldNotTakeARequestIdThatIsNone() throws Exception {
    try (Wire wire = server.wire()) {
      assertThat(wire.say(Wire.request("GET", "/v2", "", "x-request-id: \"},{")).answer().headers())
          .hasEntrySatisfying("x-request-id", id -> assertThat(id).matches("[0-9a-f]+-\\d+"));
    }
  }

  @Test
  void shouldAnswerInvalidUtf8WithASentence() throws Exception {
    byte[] request =
        Wire.request("POST", TestServer.PREDICT, "{\"instances\": [{\"job\": \"?\"}]}");
    request[new String(request, StandardCharsets.US_ASCII).lastIndexOf('?')] = (byte) 0xC3;
    try (Wire wire = server.wire()) {
      assertThat(wire.say(request).answer().error()).contains("not valid UTF-8");
    }
  }

  @Test
  void shouldWriteNoFile() throws Exception {
    assertThat(server.post(TestServer.PREDICT, TestServer.CUSTOMER).status()).isEqualTo(200);
    try (var files = Files.walk(root)) {
      assertThat(files.filter(Files::isRegularFile)).hasSize(6);
    }
  }

  private static String json(Map<String, Object> row) {
    StringBuilder text = new StringBuilder("{");
    row.forEach(
        (name, value) ->
            text.append(text.length() > 1 ? ", " : "")
                .append("\"" + name + "\": ")
                .append(value instanceof String ? "\"" + value + "\"" : value));
    return text.append("}").toString();
  }
}
