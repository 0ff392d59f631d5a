package io.escala.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import io.escala.inference.fixture.BankModel;
import io.escala.inference.json.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InferenceHandlerTest {
  private static final String BODY = "{\"instances\": [{\"age\": 40, \"job\": \"técnico\"}]}";

  @TempDir Path folder;
  private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
  private InferenceHandler handler;

  @BeforeEach
  void start() throws IOException {
    new BankModel(-2.5).publish(folder, "bank", Instant.parse("2026-11-23T19:45:00Z"));
    handler =
        new InferenceHandler(
            Map.of("ESCALA_MODELS_URI", folder.toString(), "ESCALA_MODELS", "bank"),
            new JsonLog(new PrintStream(stdout, true, UTF_8)));
  }

  @Test
  void shouldAnswerEventsOfEveryFormatAlike() throws Exception {
    // given
    String base64 = Base64.getEncoder().encodeToString(BODY.getBytes(UTF_8));

    // when
    Map<?, ?> httpApi = handle(Events.v2("POST", "/v1/models/bank:predict", BODY));

    // then
    assertThat(httpApi.get("statusCode")).isEqualTo(200L);
    assertThat((String) httpApi.get("body")).startsWith("{\"predictions\":[{\"label\":\"");
    assertThat(httpApi.get("isBase64Encoded")).isEqualTo(false);
    assertThat(
            List.of(
                handle(Events.v2("POST", "/prod/v1/models/bank:predict", "prod", BODY, false)),
                handle(Events.v2("POST", "/v1/models/bank%3Apredict", "$default", base64, true)),
                handle(Events.v1("POST", "/v1/models/bank:predict", BODY))))
        .allSatisfy(answer -> assertThat(answer).isEqualTo(httpApi));
  }

  @Test
  void shouldTakeAStageThatIsSpelledLikeTheFirstPartOfThePath() throws Exception {
    assertThat(handle(Events.v2("GET", "/v2/v2/health/live", "v2", null, false)).get("statusCode"))
        .isEqualTo(200L);
    assertThat(handle(Events.v2("GET", "/v2", "v2", null, false)).get("body").toString())
        .contains("\"models\"");
  }

  @Test
  void shouldAnswerAClientsMistakeWithASentence() throws Exception {
    // when
    Map<?, ?> answer =
        handle(
            Events.v1(
                "POST", "/v1/models/bank:predict", "{\"instances\": [{\"age\": \"forty\"}]}"));

    // then
    assertThat(answer.get("statusCode")).isEqualTo(400L);
    assertThat((String) answer.get("body")).contains("instances[0].age must be a number");
  }

  @Test
  void shouldTreatAnEventWithoutBodyAsAnEmptyBody() throws Exception {
    assertThat(handle(Events.v1("POST", "/v1/models/bank:predict", null)).get("statusCode"))
        .isEqualTo(400L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "3",
        "",
        "{",
        "{} {}",
        "{\"Records\": []}",
        "{\"rawPath\": \"/\"}",
        "{\"httpMethod\": \"GET\"}",
        "{\"requestContext\": {\"http\": {}}, \"rawPath\": \"/\"}",
        "{\"httpMethod\": \"GET\", \"path\": \"/\", \"isBase64Encoded\": true, \"body\": \"#\"}"
      })
  void shouldSayThatItDoesNotKnowAnEvent(String event) {
    assertThatThrownBy(() -> handle(event))
        .isInstanceOf(UnknownEventException.class)
        .hasMessageStartingWith("the event ");
  }

  @Test
  void shouldNotBeUpsetByAnEventNestedDeeplyOrInBrokenUtf8() {
    assertThatThrownBy(() -> handle("{\"a\": ".repeat(100_000)))
        .isInstanceOf(UnknownEventException.class);
    ByteArrayInputStream broken =
        new ByteArrayInputStream(new byte[] {'{', '"', (byte) 0xC3, '"', ':', '1', '}'});
    assertThatThrownBy(
            () -> handler.handleRequest(broken, new ByteArrayOutputStream(), new FakeContext()))
        .isInstanceOf(UnknownEventException.class)
        .hasMessageContaining("not valid JSON");
  }

  @Test
  void shouldTakeTheFirstOfSeveralHeadersWhereOnlySuchAreThere() throws Exception {
    String event =
        """
        {"httpMethod": "POST", "path": "/v1/models/bank:predict", "headers": null,
         "multiValueHeaders": {"Content-Type": ["text/csv", "application/json"]}, "body": "{}",
         "isBase64Encoded": false, "requestContext": {"elb": {"targetGroupArn": "arn"}}}
        """;
    assertThat(handle(event).get("statusCode")).isEqualTo(415L);
  }

  @Test
  void shouldAnswerADirectRequestWithTheBareBody() throws Exception {
    // given
    Map<?, ?> http = handle(Events.v2("POST", "/v1/models/bank:predict", BODY));

    // when
    Map<?, ?> predicted =
        handle("{\"model\": \"bank\", \"instances\": [{\"age\": 40, \"job\": \"técnico\"}]}");
    Map<?, ?> inferred =
        handle(
            """
            {"id": "7", "outputs": [{"name": "label"}],
             "inputs": [{"name": "age", "datatype": "FP64", "shape": [1, 1], "data": [40]}],
             "model": "bank"}
            """);

    // then
    assertThat(predicted).isEqualTo(Json.parse((String) http.get("body")));
    assertThat(inferred.get("id")).isEqualTo("7");
    assertThat(inferred.get("model_name")).isEqualTo("bank");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"model": "bank", "instances": [{"age": "forty"}]}       | 400 | instances[0].age must be a number
          {"model": "bank", "instances": [{"age": 1e999}]}         | 400 | larger than a 64-bit
          {"model": "bank", "instances": [{"age": 1, "age": 2}]}   | 400 | stands twice
          {"model": "bank", "instances": [], "foo": 1}             | 400 | has the field "foo"
          {"model": "tank/", "instances": [{}]}                    | 404 | there is no model "tank/"
          {"model": "bank"}                                        | 400 | neither instances nor inputs
          {"model": 3, "instances": [{}]}                          | 400 | model must be a string
          {"model": "a", "model": "b", "instances": [{}]}          | 400 | stands twice
          {"instances": [{}]}                                      | 400 | does not say which model
          {"model": "bank", "instances": [], "inputs": []}         | 400 | has inputs and instances
          {"model": "bank", "instances": [{}], "version": "1"}     | 400 | has the field "version"
          {"model": "bank", "image": "x"}                          | 400 | an image is for the model digits
          {"image": "x"}                                           | 404 | there is no model "digits"
          """)
  void shouldTellADirectCallerWhatToMend(String event, long status, String sentence)
      throws Exception {
    Map<?, ?> answer = handle(event);
    assertThat(answer.get("status")).isEqualTo(status);
    assertThat((String) answer.get("error")).contains(sentence);
  }

  @Test
  void shouldFailADirectInvocationThatItCannotAnswerThroughNoFaultOfTheCaller() {
    handler =
        new InferenceHandler(
            Map.of("ESCALA_MODELS_URI", folder.toString(), "ESCALA_MODELS", "churn"),
            new JsonLog(new PrintStream(stdout, true, UTF_8)));
    assertThatThrownBy(() -> handle("{\"model\": \"churn\", \"instances\": [{}]}"))
        .isInstanceOf(ServiceFaultException.class)
        .hasMessageContaining("has no version yet");
  }

  @Test
  void shouldLogEachRequestInOneLineWithoutWhatTheClientSent() throws Exception {
    // when
    handle(Events.v2("POST", "/v1/models/bank:predict", BODY));
    handle(
        Events.v2(
            "s3cret", "/v1/models/s3cret:predict", "{\"instances\": [{\"job\": \"s3cret\"}]}"));
    handle("{\"model\": \"bank\", \"instances\": [{\"s3cret\": 1}]}");
    handle("{\"model\": \"s3cret\"}");

    // then
    List<Map<?, ?>> lines = lines();
    assertThat(lines).hasSize(5);
    assertThat(stdout.toString(UTF_8)).doesNotContain("s3cret", "técnico");
    assertThat(lines.get(0).get("event")).isEqualTo("model-loaded");
    assertThat(fields(lines.get(1), "requestId", "kind", "method", "route", "status", "model"))
        .containsExactly("id-1", "http", "POST", "/v1/models/{model}:predict", 200L, "bank");
    assertThat((String) lines.get(1).get("modelVersion")).startsWith("20261123");
    assertThat(fields(lines.get(2), "kind", "method", "route", "status", "model"))
        .containsExactly("http", "other", "other", 404L, null);
    assertThat(fields(lines.get(3), "kind", "route", "status", "model"))
        .containsExactly("direct", "/v1/models/{model}:predict", 400L, "bank");
    assertThat(fields(lines.get(4), "kind", "route", "status", "model"))
        .containsExactly("direct", "other", 400L, null);
  }

  @Test
  void shouldTellCloudWatchHowLongItTookWhatWasAnsweredAndWhatWasRejected() throws Exception {
    // when
    handle(
        Events.v2(
            "POST",
            "/v1/models/bank:predict",
            "{\"instances\": [{\"age\": 18}, {\"age\": 90, \"job\": \"çok\"}, {\"age\": 19}]}"));
    handle(Events.v2("POST", "/v1/models/bank:predict", "{"));
    handle(Events.v2("GET", "/", null));

    // then
    List<Map<?, ?>> lines = lines().subList(1, 4);
    assertThat(metrics(lines.get(0)))
        .isEqualTo(
            Map.of(
                "Latency", "Milliseconds", "Predictions.no", "Count", "Predictions.yes", "Count"));
    assertThat(fields(lines.get(0), "Predictions.no", "Predictions.yes", "model"))
        .containsExactly(2L, 1L, "bank");
    assertThat((Double) lines.get(0).get("Latency")).isPositive();
    assertThat(metrics(lines.get(1)))
        .isEqualTo(Map.of("Latency", "Milliseconds", "RejectedInputs", "Count"));
    assertThat(lines.get(1).get("RejectedInputs")).isEqualTo(1L);
    assertThat(lines.get(2).containsKey("_aws")).isFalse();
  }

  /** Units by name, after a look at what the embedded metric format demands of the line. */
  private static Map<String, String> metrics(Map<?, ?> line) {
    Map<?, ?> aws = (Map<?, ?>) line.get("_aws");
    assertThat((Long) aws.get("Timestamp")).isGreaterThan(1_700_000_000_000L);
    Map<String, String> units = new HashMap<>();
    for (Object element : (List<?>) aws.get("CloudWatchMetrics")) {
      Map<?, ?> directive = (Map<?, ?>) element;
      assertThat(directive.get("Namespace")).isEqualTo("Escala");
      assertThat(directive.get("Dimensions")).isEqualTo(List.of(List.of("model")));
      assertThat(line.get("model")).isInstanceOf(String.class);
      assertThat((List<?>) directive.get("Metrics")).hasSizeBetween(1, 100);
      for (Object metric : (List<?>) directive.get("Metrics")) {
        String name = (String) ((Map<?, ?>) metric).get("Name");
        assertThat(line.get(name)).as(name).isInstanceOf(Number.class);
        units.put(name, (String) ((Map<?, ?>) metric).get("Unit"));
      }
    }
    return units;
  }

  private static List<Object> fields(Map<?, ?> line, String... names) {
    return Arrays.stream(names).<Object>map(line::get).toList();
  }

  private List<Map<?, ?>> lines() throws Exception {
    List<Map<?, ?>> lines = new ArrayList<>();
    for (String line : stdout.toString(UTF_8).lines().toList()) {
      lines.add((Map<?, ?>) Json.parse(line));
    }
    return lines;
  }

  private Map<?, ?> handle(String event) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    handler.handleRequest(new ByteArrayInputStream(event.getBytes(UTF_8)), out, new FakeContext());
    return (Map<?, ?>) Json.parse(out.toByteArray());
  }

  /** Only the request's id is ever asked for. */
  private static final class FakeContext implements Context {
    @Override
    public String getAwsRequestId() {
      return "id-1";
    }

    @Override
    public String getLogGroupName() {
      throw new UnsupportedOperationException();
    }

    @Override
    public String getLogStreamName() {
      throw new UnsupportedOperationException();
    }

    @Override
    public String getFunctionName() {
      throw new UnsupportedOperationException();
    }

    @Override
    public String getFunctionVersion() {
      throw new UnsupportedOperationException();
    }

    @Override
    public String getInvokedFunctionArn() {
      throw new UnsupportedOperationException();
    }

    @Override
    public CognitoIdentity getIdentity() {
      throw new UnsupportedOperationException();
    }

    @Override
    public ClientContext getClientContext() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int getRemainingTimeInMillis() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int getMemoryLimitInMB() {
      throw new UnsupportedOperationException();
    }

    @Override
    public LambdaLogger getLogger() {
      throw new UnsupportedOperationException();
    }
  }
}
