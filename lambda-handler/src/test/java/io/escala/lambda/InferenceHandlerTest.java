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
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
        "{\"Records\": []}",
        "{\"requestContext\": {\"http\": {}}, \"rawPath\": \"/\"}",
        "{\"httpMethod\": \"GET\", \"path\": \"/\", \"isBase64Encoded\": true, \"body\": \"#\"}"
      })
  void shouldSayThatItDoesNotKnowAnEvent(String event) {
    assertThatThrownBy(() -> handle(event))
        .isInstanceOf(UnknownEventException.class)
        .hasMessageStartingWith("the event ");
  }

  @Test
  void shouldLogEachRequestInOneLineWithoutWhatTheClientSent() throws Exception {
    // when
    handle(Events.v2("POST", "/v1/models/bank:predict", BODY));
    handle(
        Events.v2(
            "POST", "/v1/models/secret-name:predict", "{\"instances\": [{\"job\": \"secret\"}]}"));

    // then
    List<String> lines = stdout.toString(UTF_8).lines().toList();
    assertThat(lines).hasSize(3);
    for (String line : lines) {
      assertThat(Json.parse(line)).isInstanceOf(Map.class);
    }
    assertThat(lines.get(0)).contains("\"event\":\"model-loaded\",\"model\":\"bank\"");
    assertThat(lines.get(1))
        .contains("\"requestId\":\"id-1\"", "\"status\":200", "\"modelVersion\":\"20261123");
    assertThat(lines.get(2)).contains("\"status\":404").doesNotContain("secret");
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
