package io.escala.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Headers;
import io.escala.inference.Bundle;
import io.escala.inference.BundleException;
import io.escala.inference.Manifest;
import io.escala.inference.Model;
import io.escala.inference.fixture.BankModel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class S3BundleSourceTest {
  private static final Instant MONDAY = Instant.parse("2026-11-23T19:45:00Z");

  @TempDir Path folder;
  private FakeS3 s3;

  @BeforeEach
  void start() throws IOException {
    s3 = new FakeS3(folder);
  }

  @AfterEach
  void stop() {
    s3.close();
  }

  @Test
  void shouldOpenTheCurrentBundle() throws IOException {
    // given
    Manifest published =
        new BankModel(1).publish(folder.resolve("bucket/my models"), "bank", MONDAY);
    S3BundleSource source = source("s3://bucket/my models");

    // when
    assertThat(source.current("bank")).hasValue(published.version());
    try (Model model = Bundle.open(source.files("bank", published.version()))) {

      // then
      assertThat(model.manifest()).isEqualTo(published);
    }
  }

  @Test
  void shouldSignWhatItAsks() throws IOException {
    // when
    source("s3://bucket/models").current("bank");

    // then
    Headers headers = s3.requests().get(0).getRequestHeaders();
    assertThat(headers.getFirst("Authorization"))
        .matches(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\\d{8}/eu-west-1/s3/aws4_request, "
                + "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}");
    assertThat(headers.getFirst("X-Amz-Security-Token")).isEqualTo("token");
    assertThat(headers.getFirst("Host")).isEqualTo(s3.endpoint().substring("http://".length()));
  }

  @Test
  void shouldFindNoVersionWhereThereIsNoPointer() throws IOException {
    assertThat(source("s3://bucket/models").current("bank")).isEmpty();
  }

  @Test
  void shouldRefuseAPointerThatIsNone() throws IOException {
    Files.createDirectories(folder.resolve("bucket/models/bank"));
    Files.writeString(folder.resolve("bucket/models/bank/current.json"), "{}");
    assertThatThrownBy(() -> source("s3://bucket/models").current("bank"))
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith("current.json must be");
  }

  @Test
  void shouldNameTheFileThatABundleLacks() throws IOException {
    Manifest published = new BankModel(1).publish(folder.resolve("bucket/models"), "bank", MONDAY);
    Files.delete(folder.resolve("bucket/models/bank/" + published.version() + "/model.onnx"));
    assertThatThrownBy(
            () -> Bundle.open(source("s3://bucket/models").files("bank", published.version())))
        .isInstanceOf(BundleException.class)
        .hasMessage("s3://bucket/models/bank/" + published.version() + "/model.onnx is not there");
  }

  @Test
  void shouldSayWhichPermissionIsMissing() {
    s3.failNext(403, "AccessDenied");
    assertThatThrownBy(() -> source("s3://bucket/models").current("bank"))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(
            "s3://bucket/models/bank/current.json",
            "403 AccessDenied",
            "s3:GetObject",
            "s3:ListBucket");
  }

  @Test
  void shouldSayThatABucketIsNotThereOrElsewhere() {
    s3.failNext(404, "NoSuchBucket");
    assertThatThrownBy(() -> source("s3://bucket/models").current("bank"))
        .hasMessageContaining("404 NoSuchBucket");
    s3.failNext(301, "PermanentRedirect");
    assertThatThrownBy(() -> source("s3://bucket/models").current("bank"))
        .hasMessageContaining("The bucket is not in eu-west-1");
  }

  @Test
  void shouldTryASecondTimeWhenS3IsBusyButNotAThird() throws IOException {
    // given
    Manifest published = new BankModel(1).publish(folder.resolve("bucket/models"), "bank", MONDAY);
    s3.failNext(503, "SlowDown");

    // when / then
    assertThat(source("s3://bucket/models").current("bank")).hasValue(published.version());
    s3.failNext(503, "SlowDown");
    s3.failNext(500, "InternalError");
    assertThatThrownBy(() -> source("s3://bucket/models").current("bank"))
        .isInstanceOf(IOException.class)
        .hasMessage("s3://bucket/models/bank/current.json: S3 answered 500 InternalError");
    assertThat(s3.requests()).hasSize(4);
  }

  @Test
  void shouldSayThatNobodyListens() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Map<String, String> environment = environment();
    environment.put("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:" + port);
    assertThatThrownBy(() -> new S3BundleSource("s3://bucket/models", environment).current("bank"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(
            "s3://bucket/models/bank/current.json cannot be read from 127.0.0.1:" + port);
  }

  @Test
  void shouldSayThatThereAreNoCredentials() {
    Map<String, String> environment = environment();
    environment.remove("AWS_SECRET_ACCESS_KEY");
    assertThatThrownBy(() -> new S3BundleSource("s3://bucket/models", environment))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("AWS_SECRET_ACCESS_KEY are not set", "export-credentials");
  }

  private S3BundleSource source(String uri) {
    return new S3BundleSource(uri, environment());
  }

  private Map<String, String> environment() {
    return new HashMap<>(
        Map.of(
            "AWS_REGION", "eu-west-1",
            "AWS_ACCESS_KEY_ID", "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY", "secret",
            "AWS_SESSION_TOKEN", "token",
            "AWS_ENDPOINT_URL_S3", s3.endpoint()));
  }
}
