package io.escala.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class S3ResultsTest {
  @TempDir Path folder;
  private FakeS3 s3;

  @BeforeEach
  void start() throws IOException {
    Files.createDirectories(folder.resolve("bucket"));
    s3 = new FakeS3(folder);
  }

  @AfterEach
  void stop() {
    s3.close();
  }

  @Test
  void shouldWriteAnAnswerSignedWithItsContent() throws IOException {
    // when
    results("s3://bucket/results/batch").write("a.json", "{\"é\": 1}".getBytes(UTF_8));
    results("s3://bucket/results/batch").write("a.json", "{\"é\": 2}".getBytes(UTF_8));

    // then
    assertThat(folder.resolve("bucket/results/batch/a.json")).hasContent("{\"é\": 2}");
    assertThat(s3.requests().get(0).getRequestHeaders().getFirst("Authorization"))
        .contains("SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date");
  }

  @Test
  void shouldTryAgainOnceAndThenSayWhyNot() throws IOException {
    s3.failNext(503, "SlowDown");
    results("s3://bucket/results").write("a.json", new byte[] {'1'});
    assertThat(folder.resolve("bucket/results/a.json")).hasContent("1");

    s3.failNext(403, "AccessDenied");
    assertThatThrownBy(() -> results("s3://bucket/results").write("b.json", new byte[] {'1'}))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("s3://bucket/results/b.json", "s3:PutObject");
    assertThatThrownBy(() -> results("s3://nowhere/results").write("b.json", new byte[] {'1'}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("404");
  }

  private S3Results results(String uri) {
    return new S3Results(
        uri,
        Map.of(
            "AWS_REGION", "eu-west-1",
            "AWS_ENDPOINT_URL_S3", s3.endpoint(),
            "AWS_ACCESS_KEY_ID", "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY", "secret"));
  }
}
