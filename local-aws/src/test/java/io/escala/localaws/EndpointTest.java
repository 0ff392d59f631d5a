package io.escala.localaws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.ParameterNotFoundException;
import software.amazon.awssdk.services.ssm.model.SsmException;
import software.amazon.awssdk.services.sts.StsClient;

class EndpointTest {
  private static final String SIGNED =
      "AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/%s/aws4_request, SignedHeaders=host,"
          + " Signature=0";

  @TempDir Path folder;
  private LocalAws aws;

  @BeforeEach
  void start() {
    aws = LocalAws.start(Options.of(folder.resolve("state"), 0));
  }

  @AfterEach
  void stop() {
    aws.close();
  }

  @Test
  void tellsItsHealthWithoutASignature() throws Exception {
    // when
    HttpResponse<String> health = get("/_escala/health");

    // then
    assertThat(health.statusCode()).isEqualTo(200);
    assertThat(health.body())
        .contains("\"pid\":" + ProcessHandle.current().pid())
        .contains(folder.resolve("state").toString());
    assertThat(folder.resolve("state/endpoint.json")).content().contains(aws.url());
  }

  @Test
  void refusesARequestWithoutASignature() throws Exception {
    // when
    HttpResponse<String> answer = get("/some-bucket/key");

    // then
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.headers().firstValue("x-amzn-ErrorType"))
        .hasValue("MissingAuthenticationTokenException");
  }

  @Test
  void refusesARequestOfAWebPage() throws Exception {
    // when
    HttpResponse<String> answer =
        get("/_escala/health", "Origin", "http://evil.example", "Authorization", signed("s3"));

    // then
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("a web page of http://evil.example");
  }

  @Test
  void refusesAnotherHostName() throws Exception {
    // given a name that a web page rebound to 127.0.0.1
    try (Socket socket =
        new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), aws.port())) {
      // when
      socket
          .getOutputStream()
          .write(
              "GET /_escala/health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));

      // then
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answer).startsWith("HTTP/1.1 403").contains("not evil.example");
    }
  }

  @Test
  void namesAServiceThatItDoesNotHave() throws Exception {
    // when
    HttpResponse<String> answer = get("/", "Authorization", signed("dynamodb"));

    // then
    assertThat(answer.statusCode()).isEqualTo(501);
    assertThat(answer.body()).contains("does not have the service dynamodb");
  }

  @Test
  void namesAnOperationThatAServiceDoesNotHave() {
    try (SsmClient ssm = Clients.client(SsmClient.builder(), aws)) {
      assertThatThrownBy(ssm::describeParameters)
          .isInstanceOf(SsmException.class)
          .hasMessageContaining("local-aws does not handle SSM DescribeParameters");
    }
  }

  @Test
  void handsOutCredentialsForARoleOfItsAccount() {
    try (StsClient sts = Clients.client(StsClient.builder(), aws)) {
      // when
      var assumed =
          sts.assumeRole(
              r -> r.roleArn("arn:aws:iam::000000000000:role/deploy").roleSessionName("me"));

      // then
      assertThat(sts.getCallerIdentity().account()).isEqualTo("000000000000");
      assertThat(assumed.assumedRoleUser().arn())
          .isEqualTo("arn:aws:sts::000000000000:assumed-role/deploy/me");
      assertThat(assumed.credentials().sessionToken()).isNotEmpty();
      assertThatThrownBy(
              () ->
                  sts.assumeRole(
                      r -> r.roleArn("arn:aws:iam::111111111111:role/x").roleSessionName("me")))
          .hasMessageContaining("plays the account 000000000000 only");
    }
  }

  @Test
  void keepsParametersOverARestart() {
    // given
    try (SsmClient ssm = Clients.client(SsmClient.builder(), aws)) {
      assertThat(
              ssm.getParameter(p -> p.name("/cdk-bootstrap/hnb659fds/version")).parameter().value())
          .isEqualTo("33");
      ssm.putParameter(p -> p.name("/a").type("String").value("1"));
      assertThatThrownBy(() -> ssm.putParameter(p -> p.name("/a").type("String").value("2")))
          .hasMessageContaining("already exists");
    }

    // when
    restart();

    // then
    try (SsmClient ssm = Clients.client(SsmClient.builder(), aws)) {
      assertThat(ssm.getParameter(p -> p.name("/a")).parameter().value()).isEqualTo("1");
      ssm.deleteParameter(p -> p.name("/a"));
      assertThatThrownBy(() -> ssm.getParameter(p -> p.name("/a")))
          .isInstanceOf(ParameterNotFoundException.class);
    }
  }

  @Test
  void refusesATakenPortInOneLine() {
    assertThatThrownBy(() -> LocalAws.start(Options.of(folder.resolve("other"), aws.port())))
        .isInstanceOf(LocalAws.CannotStart.class)
        .hasMessageContaining("port " + aws.port() + " on 127.0.0.1 is taken")
        .hasMessageNotContaining("\n");
  }

  @Test
  void neverSharesAStateFolder() {
    assertThatThrownBy(() -> LocalAws.start(Options.of(folder.resolve("state"), 0)))
        .isInstanceOf(LocalAws.CannotStart.class)
        .hasMessageContaining("another endpoint (pid " + ProcessHandle.current().pid())
        .hasMessageContaining(aws.url());
  }

  @Test
  void refusesAFolderThatHoldsOtherThings() throws Exception {
    // given
    Path home = Files.createDirectory(folder.resolve("home"));
    Files.writeString(home.resolve("thesis.txt"), "precious");

    // then
    assertThatThrownBy(() -> LocalAws.start(Options.of(home, 0)))
        .isInstanceOf(LocalAws.CannotStart.class)
        .hasMessageContaining("holds other things than an endpoint's state");
    assertThat(home.resolve("thesis.txt")).hasContent("precious");
  }

  @Test
  void movesAHalfDeletedStateFolderAsideAndStartsFresh() throws Exception {
    // given a bucket whose folder somebody deleted
    try (S3Client s3 = Clients.s3(aws)) {
      s3.createBucket(b -> b.bucket("gone"));
    }
    aws.close();
    Files.delete(folder.resolve("state/s3/gone"));

    // when
    aws = LocalAws.start(Options.of(folder.resolve("state"), 0));

    // then
    try (S3Client s3 = Clients.s3(aws)) {
      assertThat(s3.listBuckets().buckets()).noneMatch(bucket -> bucket.name().equals("gone"));
    }
    assertThat(folder.resolve("state.damaged-1/s3-meta/gone/bucket.json")).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"parameters\": {", "{\"parameters\": 7}", ""})
  void movesAStateFolderWithAnUnreadableRecordAside(String record) throws Exception {
    // given
    aws.close();
    Files.writeString(folder.resolve("state/ssm/parameters.json"), record);

    // when
    aws = LocalAws.start(Options.of(folder.resolve("state"), 0));

    // then
    assertThat(folder.resolve("state.damaged-1/ssm/parameters.json")).exists();
  }

  @Test
  void unwrapsAChunkedBodyAndChecksItsTrailer() throws Exception {
    // given
    try (S3Client s3 = Clients.s3(aws)) {
      s3.createBucket(b -> b.bucket("chunks"));

      // when
      int good = putChunked("/chunks/a", "5;chunk-signature=0\r\nhello\r\n0\r\n", "NhCmhg==");
      int bad = putChunked("/chunks/b", "5\r\nhello\r\n0\r\n", "AAAAAA==");
      int cut = putChunked("/chunks/c", "9\r\nhello", null);

      // then
      assertThat(good).isEqualTo(200);
      assertThat(s3.getObjectAsBytes(o -> o.bucket("chunks").key("a")).asUtf8String())
          .isEqualTo("hello");
      assertThat(bad).isEqualTo(400);
      assertThat(cut).isGreaterThanOrEqualTo(400);
      assertThat(s3.listObjectsV2(l -> l.bucket("chunks")).contents()).hasSize(1);
      assertThat(folder.resolve("state/s3-uploads")).isEmptyDirectory();
    }
  }

  private int putChunked(String path, String body, String crc32) throws IOException {
    URL url = URI.create(aws.url() + path).toURL();
    HttpURLConnection connection = (HttpURLConnection) url.openConnection();
    connection.setRequestMethod("PUT");
    connection.setDoOutput(true);
    connection.setRequestProperty("Authorization", signed("s3"));
    connection.setRequestProperty("Content-Encoding", "aws-chunked");
    connection.setRequestProperty("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
    String trailer = "";
    if (crc32 != null) {
      connection.setRequestProperty("x-amz-trailer", "x-amz-checksum-crc32");
      trailer = "x-amz-checksum-crc32:" + crc32 + "\r\n\r\n";
    }
    connection.getOutputStream().write((body + trailer).getBytes(StandardCharsets.US_ASCII));
    return connection.getResponseCode();
  }

  private void restart() {
    aws.close();
    aws = LocalAws.start(Options.of(folder.resolve("state"), 0));
  }

  private static String signed(String service) {
    return SIGNED.formatted(service);
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    System.setProperty("jdk.httpclient.allowRestrictedHeaders", "origin");
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(aws.url() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
