package io.escala.inference.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.escala.inference.FolderBundleSource;
import io.escala.inference.Models;
import io.escala.inference.fixture.BankModel;
import io.escala.inference.fixture.RecordingListener;
import io.escala.inference.json.Json;
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

class ModelCardTest {
  @TempDir Path root;
  private Models models;
  private InferenceApi api;

  @BeforeEach
  void start() throws Exception {
    new BankModel(-2.5).publish(root, "bank", Instant.parse("2026-11-23T19:45:00Z"));
    RecordingListener listener = new RecordingListener();
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
  void shouldNameWhatComputesTheGraph() throws Exception {
    assertThat(card().get("engine")).isEqualTo("java");
  }

  @Test
  void shouldTellWhatEachFieldMayHold() throws Exception {
    Map<?, ?> card = card();
    assertThat(card.get("inputs"))
        .isEqualTo(
            Json.parse(
                """
                [{"name": "age", "datatype": "FP64", "shape": [-1, 1], "nullable": true, "min": 18.0, "max": 120.0},
                 {"name": "balance", "datatype": "FP64", "shape": [-1, 1], "nullable": true},
                 {"name": "day", "datatype": "INT64", "shape": [-1, 1], "nullable": true,
                  "values": [1, 2, 5], "otherValues": "accepted"},
                 {"name": "job", "datatype": "BYTES", "shape": [-1, 1], "nullable": true,
                  "values": ["admin.", "services", "técnico", "çok"], "otherValues": "accepted"}]
                """));
    assertThat(card.get("ignored")).isEqualTo(List.of("month", "duration"));
    assertThat(card.get("classes")).isEqualTo(List.of("no", "yes"));
    assertThat(card.get("positiveClass")).isEqualTo("yes");
    assertThat(card.get("threshold")).isEqualTo(0.5);
  }

  @Test
  void shouldGiveOnlyExamplesThatAreWholeAndOfKnownCategories() throws Exception {
    assertThat(card().get("examples"))
        .isEqualTo(
            Json.parse(
                """
                [{"age": 59.0, "balance": 2343.0, "day": 5, "job": "admin."},
                 {"age": 18.0, "balance": 20000.0, "day": 2, "job": "técnico"}]
                """));
  }

  @Test
  void shouldNotTellWhereTheTrainingDataWas() throws Exception {
    assertThat(card().get("provenance")).isNull();
    assertThat(card().get("files")).isNull();
    assertThat(ask("GET", "/models/bank").body()).doesNotContain("made up");
  }

  @Test
  void shouldSayWhatIsWrongAsEveryOtherPathDoes() {
    assertThat(ask("GET", "/models/other").status()).isEqualTo(404);
    assertThat(ask("GET", "/models/absent").status()).isEqualTo(503);
    assertThat(ask("POST", "/models/bank").status()).isEqualTo(405);
    assertThat(ask("GET", "/models").status()).isEqualTo(404);
    assertThat(ask("GET", "/models/bank/more").status()).isEqualTo(404);
  }

  private Map<?, ?> card() throws Exception {
    Response response = ask("GET", "/models/bank");
    assertThat(response.status()).as(response.body()).isEqualTo(200);
    return (Map<?, ?>) Json.parse(response.body());
  }

  private Response ask(String method, String path) {
    return api.handle(new Request(method, path, Map.of(), ByteBuffer.allocate(0)));
  }
}
