package io.escala.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.escala.inference.BundleSource;
import io.escala.inference.Manifest;
import io.escala.inference.fixture.BankModel;
import io.escala.s3.FakeS3;
import io.escala.s3.S3BundleSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which versions are in service, and when the server says it is ready. */
class ServerModelsTest {
  @TempDir Path root;

  @Test
  void shouldBeLiveButNotReadyUntilEveryModelIsThere() throws Exception {
    // given
    TestServer.BANK.publish(root, "bank", TestServer.MONDAY);
    try (TestServer server = TestServer.of(root, "bank", "late")) {
      assertThat(server.get("/v2/health/live").status()).isEqualTo(200);
      Wire.Answer notReady = server.get("/v2/health/ready");
      assertThat(notReady.status()).isEqualTo(503);
      assertThat(notReady.json().get("ready")).isEqualTo(false);
      assertThat(notReady.error()).startsWith("model late has no version yet");
      assertThat(server.get("/v2/models/bank/ready").status()).isEqualTo(200);
      Wire.Answer late = server.get("/v2/models/late/ready");
      assertThat(late.status()).isEqualTo(503);
      assertThat(late.error()).startsWith("model late has no version yet");
      assertThat(late.json().get("name")).isEqualTo("late");
      assertThat(late.json().get("ready")).isEqualTo(false);
      assertThat(server.post("/v1/models/late:predict", TestServer.CUSTOMER).status())
          .isEqualTo(503);

      // when
      new BankModel(1).publish(root, "late", TestServer.MONDAY);

      // then
      Eventually.isTrue(() -> server.get("/v2/health/ready").status() == 200);
      assertThat(server.post("/v1/models/late:predict", TestServer.CUSTOMER).status())
          .isEqualTo(200);
    }
  }

  @Test
  void shouldServeSeveralFoldersTogether() throws Exception {
    // given
    Path trained = root.resolve("trained");
    TestServer.BANK.publish(trained, "bank", TestServer.MONDAY);
    Path kept = TestServer.copy("wine", root.resolve("kept"));
    BundleSource both = new SeveralRoots(List.of(trained, kept), Optional.empty());
    try (TestServer server = TestServer.of(both, ServerLimits.defaults(), "bank", "wine")) {
      assertThat(server.get("/v2/health/ready").status()).isEqualTo(200);
      assertThat(server.get("/v2/models/wine").status()).isEqualTo(200);

      // when
      Manifest second =
          new BankModel(3).publish(trained, "bank", TestServer.MONDAY.plusSeconds(60));

      // then
      Eventually.isTrue(
          () -> server.get("/v2/models/bank/versions/" + second.version()).status() == 200);
    }
  }

  @Test
  void shouldServeANewVersionWithoutLosingARequestAndRefuseABrokenOne() throws Exception {
    // given
    TestServer.BANK.publish(root, "bank", TestServer.MONDAY);
    try (TestServer server = TestServer.of(root, "bank")) {
      AtomicBoolean stop = new AtomicBoolean();
      List<CompletableFuture<Integer>> clients = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        clients.add(
            CompletableFuture.supplyAsync(
                () -> {
                  int answered = 0;
                  while (!stop.get()) {
                    Wire.Answer answer = server.post(TestServer.PREDICT, TestServer.CUSTOMER);
                    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
                    answered++;
                  }
                  return answered;
                }));
      }

      // when
      Manifest second = new BankModel(3).publish(root, "bank", TestServer.MONDAY.plusSeconds(60));
      Eventually.isTrue(
          () -> server.get("/v2/models/bank/versions/" + second.version()).status() == 200);
      Manifest broken = new BankModel(5).write(root, "bank", TestServer.MONDAY.plusSeconds(120));
      Files.write(
          root.resolve("bank").resolve(broken.version().text()).resolve(Manifest.MODEL_FILE),
          new byte[] {1, 2, 3});
      Files.writeString(
          root.resolve("bank").resolve(Manifest.POINTER_FILE), broken.version().toPointerJson());
      Eventually.isTrue(
          () -> server.metric("escala_model_versions_refused_total{model=\"bank\"}") == 1);

      // then
      stop.set(true);
      for (CompletableFuture<Integer> client : clients) {
        assertThat(client.get()).isPositive();
      }
      assertThat(server.post(TestServer.PREDICT, TestServer.CUSTOMER).headers())
          .containsEntry("escala-model-version", second.version().text());
      assertThat(server.get("/v2/health/ready").status()).isEqualTo(200);
      assertThat(server.log())
          .contains("\"event\":\"model-refused\",\"model\":\"bank\"", "has SHA-256");
    }
  }

  @Test
  void shouldServeFromS3AndGoOnWhenS3Fails() throws Exception {
    // given
    Path bucket = root.resolve("bucket/models");
    TestServer.BANK.publish(bucket, "bank", TestServer.MONDAY);
    try (FakeS3 s3 = new FakeS3(root)) {
      S3BundleSource source =
          new S3BundleSource(
              "s3://bucket/models",
              Map.of(
                  "AWS_REGION",
                  "eu-west-1",
                  "AWS_ENDPOINT_URL",
                  s3.endpoint(),
                  "AWS_ACCESS_KEY_ID",
                  "test",
                  "AWS_SECRET_ACCESS_KEY",
                  "test"));
      try (TestServer server = TestServer.of(source, ServerLimits.defaults(), "bank")) {
        assertThat(server.post(TestServer.PREDICT, TestServer.CUSTOMER).status()).isEqualTo(200);

        // when
        for (int i = 0; i < 6; i++) {
          s3.failNext(500, "InternalError");
        }
        Eventually.isTrue(() -> server.log().contains("models-unreachable"));

        // then
        assertThat(server.post(TestServer.PREDICT, TestServer.CUSTOMER).status()).isEqualTo(200);
        assertThat(server.get("/v2/health/ready").status()).isEqualTo(200);
        Manifest second =
            new BankModel(3).publish(bucket, "bank", TestServer.MONDAY.plusSeconds(60));
        Eventually.isTrue(
            () -> server.get("/v2/models/bank/versions/" + second.version()).status() == 200);
      }
    }
  }

  @Test
  void shouldFinishWhatIsInFlightAndSayThatItIsNotReadyWhileItDrains() throws Exception {
    // given
    TestServer.BANK.publish(root, "bank", TestServer.MONDAY);
    TestServer server = TestServer.of(root, "bank");
    try (Wire slow = server.wire();
        Wire idle = server.wire()) {
      byte[] request = Wire.request("POST", TestServer.PREDICT, TestServer.CUSTOMER);
      slow.say(new String(request, 0, request.length - 5, java.nio.charset.StandardCharsets.UTF_8));
      idle.say(Wire.request("GET", "/v2", "")).answer();

      // when
      CompletableFuture<Integer> drained =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return server.drain(Duration.ofMillis(700), Duration.ofSeconds(10));
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      Eventually.isTrue(() -> server.get("/v2/health/ready").status() == 503);

      // then new requests are served for as long as the delay, and told not to stay
      Wire.Answer meanwhile = server.post(TestServer.PREDICT, TestServer.CUSTOMER);
      assertThat(meanwhile.status()).isEqualTo(200);
      assertThat(meanwhile.headers()).containsEntry("connection", "close");
      assertThat(server.get("/v2/health/live").status()).isEqualTo(200);
      Thread.sleep(1200);
      assertThat(drained).isNotDone();
      slow.say(new String(request, request.length - 5, 5, java.nio.charset.StandardCharsets.UTF_8));
      assertThat(slow.answer().status()).isEqualTo(200);
      assertThat(drained.get()).isZero();
      assertThat(idle.answer()).isNull();
    }
  }
}
