package io.escala.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.stream.JsonWriter;
import io.escala.inference.FolderBundleSource;
import io.escala.inference.Models;
import io.escala.inference.fixture.BankModel;
import io.escala.inference.json.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueueTest {
  private static final String AGE_40 = "{\"model\": \"bank\", \"instances\": [{\"age\": 40}]}";
  private static final String NOT_THERE_YET = "{\"model\": \"churn\", \"instances\": [{}]}";

  @TempDir Path folder;
  private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
  private final JsonLog log = new JsonLog(new PrintStream(stdout, true, UTF_8));
  private final Map<String, String> written = new TreeMap<>();
  private Models models;

  @BeforeEach
  void start() throws IOException {
    new BankModel(-2.5).publish(folder, "bank", Instant.parse("2026-11-23T19:45:00Z"));
    models =
        new Models(
            new FolderBundleSource(folder), List.of("bank", "churn"), Duration.ofHours(1), log);
  }

  @AfterEach
  void stop() {
    models.close();
  }

  @Test
  void shouldAnswerEachMessageInAFileOfItsOwn() throws Exception {
    // when
    String answer = handle(this::write, AGE_40, "{\"model\": \"bank\"}", "hello", "{\"a\": 1}");

    // then
    assertThat(answer).isEqualTo("{\"batchItemFailures\":[]}");
    assertThat(written.keySet()).containsExactly("m-0.json", "m-1.json", "m-2.json", "m-3.json");
    assertThat(written.get("m-0.json")).startsWith("{\"predictions\":[{\"label\":\"no\"");
    assertThat(written.get("m-1.json")).startsWith("{\"status\":400,\"error\":\"");
    assertThat(written.get("m-2.json")).contains("\"status\":400", "not valid JSON");
    assertThat(written.get("m-3.json")).contains("\"status\":400", "not of a known kind");
    assertThat(stdout.toString(UTF_8).lines().filter(line -> line.contains("\"kind\":\"queue\"")))
        .hasSize(4)
        .first()
        .asString()
        .contains("\"requestId\":\"m-0\"", "\"Predictions.no\":1", "\"_aws\"");
  }

  @Test
  void shouldHaveOnlyThoseDeliveredAgainThatHaveNoAnswerYet() throws Exception {
    // given S3 that takes one answer only
    Results full =
        (name, json) -> {
          if (!name.equals("m-1.json")) {
            throw new IOException("S3 answered 503 SlowDown");
          }
          write(name, json);
        };

    // when
    String answer = handle(full, AGE_40, AGE_40, NOT_THERE_YET);

    // then
    assertThat(answer)
        .isEqualTo(
            "{\"batchItemFailures\":[{\"itemIdentifier\":\"m-0\"},{\"itemIdentifier\":\"m-2\"}]}");
    assertThat(written).containsOnlyKeys("m-1.json");
    assertThat(stdout.toString(UTF_8))
        .contains("the answer to message m-0 is not written: S3 answered 503 SlowDown");
  }

  @Test
  void shouldNotTakeMessagesIfItIsNotToldWhereAnswersGo() {
    assertThatThrownBy(() -> handle(Results.NONE, AGE_40))
        .isInstanceOf(UnknownEventException.class)
        .hasMessageContaining("ESCALA_BATCH_OUTPUT");
  }

  private void write(String name, byte[] json) {
    written.put(name, new String(json, UTF_8));
  }

  private String handle(Results results, String... bodies) throws Exception {
    StringWriter event = new StringWriter();
    try (JsonWriter json = new JsonWriter(event)) {
      json.beginObject().name("Records").beginArray();
      for (int i = 0; i < bodies.length; i++) {
        json.beginObject();
        json.name("messageId").value("m-" + i).name("receiptHandle").value("r");
        json.name("body").value(bodies[i]);
        json.name("attributes").beginObject().name("SenderId").value("AIDA").endObject();
        json.name("eventSource").value("aws:sqs").name("awsRegion").value("eu-west-1");
        json.endObject();
      }
      json.endArray().endObject();
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new Service(models, log, results)
        .handle(new ByteArrayInputStream(event.toString().getBytes(UTF_8)), out, "request");
    assertThat(Json.parse(out.toByteArray())).isInstanceOf(Map.class);
    return out.toString(UTF_8);
  }
}
