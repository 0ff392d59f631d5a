package io.escala.inference.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.escala.inference.FolderBundleSource;
import io.escala.inference.InputException;
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
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many rows are read in another way than few; nobody may be able to tell. */
class FlatInstancesTest {
  private static final int LIMIT = 200;
  private static final List<String> VALUES =
      List.of(
          "59",
          "5.0",
          "2",
          "null",
          "-17.25",
          "1e2",
          "-0",
          "12345678901234567890",
          "\"admin.\"",
          "\"çok\"",
          "\"t\\u00e9cnico\"",
          "\"nobody\"",
          "\"nobody#\"",
          "\"nobody##\"",
          "\"nobody###\"",
          "\"nobody else at all\"",
          "\"nobody else at any\"",
          "\"\"",
          "true",
          "[1]",
          "{}",
          "0.1");

  @TempDir Path root;
  private final RecordingListener listener = new RecordingListener();
  private Models models;

  @BeforeEach
  void start() throws IOException {
    new BankModel(-2.5).publish(root, "bank", Instant.parse("2026-11-23T19:45:00Z"));
    models =
        new Models(new FolderBundleSource(root), List.of("bank"), Duration.ofSeconds(30), listener);
  }

  @AfterEach
  void stop() {
    models.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"instances\": [{\"age\": 59, \"balance\": 2343.5, \"day\": 5, \"job\": \"admin.\"}]}",
        "{ \"instances\":[{\"job\":\"çok\",\"day\":5.0},\n{\"day\":2,\"job\":null} , {}] }\n",
        "{\"instances\": [{\"age\": 18}, {\"balance\": 1}, {\"job\": \"técnico\", \"age\": 18, \"month\": \"may\"}]}",
        "{\"instances\": [{\"job\": \"t\\u00e9cnico\"}, {\"j\\u006fb\": \"services\"}]}",
      })
  void shouldPredictWhatIsPredictedFromMaps(String body) {
    assertThat(flat(body)).isPresent();
    assertThat(flat(body)).isEqualTo(fromMaps(body));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"instances\": []}",
        "{\"instances\": [{}, 3]}",
        "{\"instances\": [{}]} x",
        "{\"instances\": [{}], \"more\": 1}",
        "{\"instances\": [{},]}",
        "{\"instances\": [{\"age\": 1,}]}",
        "{\"instances\": [{\"age\": 1 \"day\": 5}]}",
        "{\"instances\": [{\"age\": 1}, {\"age\": 1, \"age\": 2}]}",
        "{\"instances\": [{\"age\": 1}, {\"age\": 1, \"\\u0061ge\": 2}]}",
        "{\"instances\": [{\"pdays\": 1}]}",
        "{\"instances\": [{\"month\": 1, \"month\": 1}]}",
        "{\"instances\": [{\"age\": 17}]}",
        "{\"instances\": [{\"age\": \"old\"}]}",
        "{\"instances\": [{\"age\": [1]}]}",
        "{\"instances\": [{\"age\": 1e999}]}",
        "{\"instances\": [{\"age\": 017}]}",
        "{\"instances\": [{\"age\"",
        "{\"instance\": [{}]}",
        "[{}]",
      })
  void shouldLeaveToOthersWhatTheyRefuse(String body) {
    assertThat(flat(body)).isEmpty();
  }

  @Test
  void shouldTakeNothingThatIsReadOtherwiseFromMaps() {
    // given bodies of which some are right
    Random random = new Random(5);
    int taken = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder body = new StringBuilder("{\"instances\": [");
      for (int row = random.nextInt(4); row >= 0; row--) {
        body.append('{');
        for (int field = random.nextInt(4); field > 0; field--) {
          body.append('"')
              .append(
                  List.of("age", "balance", "day", "job", "month", "agé").get(random.nextInt(6)))
              .append("\":")
              .append(VALUES.get(random.nextInt(VALUES.size())))
              .append(field == 1 ? "" : ",");
        }
        body.append(row == 0 ? "}" : "}, ");
      }
      String text = body.append("]}").toString();
      if (random.nextInt(4) == 0) {
        int at = random.nextInt(text.length());
        text =
            text.substring(0, at)
                + "{}[],:\"1e. \n".charAt(random.nextInt(12))
                + text.substring(at + 1);
      }

      // when / then
      Optional<List<Object>> flat = flat(text);
      if (flat.isPresent()) {
        taken++;
        assertThat(flat).as(text).isEqualTo(fromMaps(text));
      }
    }
    assertThat(taken).isGreaterThan(1_000);
  }

  @Test
  void shouldNameTheRowThatIsWrongAmongMany() throws Exception {
    // given
    InferenceApi api = new InferenceApi(models, new Limits(1 << 20, LIMIT), listener);
    String right = "{\"age\": 59, \"balance\": 2343, \"day\": 5, \"job\": \"admin.\"},";

    // when
    Response answer = post(api, right.repeat(99) + "{\"age\": 59}");
    Response refusal = post(api, right.repeat(99) + "{\"age\": \"old\"}");
    Response tooMany = post(api, right.repeat(LIMIT) + "{}");

    // then
    Map<?, ?> said = (Map<?, ?>) Json.parse(answer.body());
    assertThat((List<?>) said.get("predictions")).hasSize(100);
    assertThat(refusal.status()).isEqualTo(400);
    assertThat(refusal.body()).contains("instances[99].age must be a number");
    assertThat(tooMany.status()).isEqualTo(413);
    assertThat(tooMany.body()).contains("there are 201 instances, but at most 200");
  }

  private static Response post(InferenceApi api, String rows) {
    return api.handle(
        new Request(
            "POST",
            "/v1/models/bank:predict",
            Map.of(),
            UTF_8.encode("{\"instances\": [" + rows + "]}")));
  }

  private Optional<List<Object>> flat(String body) {
    return models.use(
        "bank",
        model ->
            FlatInstances.predict(model, body.getBytes(UTF_8), LIMIT).map(FlatInstancesTest::told));
  }

  private Optional<List<Object>> fromMaps(String body) {
    try {
      List<Map<String, ?>> rows = new Instances(LIMIT).read(Json.parse(body.getBytes(UTF_8)));
      return Optional.of(told(models.use("bank", model -> model.predict(rows))));
    } catch (JsonException | Refusal | InputException e) {
      return Optional.empty();
    }
  }

  private static List<Object> told(Predictions predictions) {
    List<Object> told = new ArrayList<>();
    for (int row = 0; row < predictions.size(); row++) {
      told.add(predictions.label(row));
      told.add(predictions.probability(row, 1));
    }
    return told;
  }
}
