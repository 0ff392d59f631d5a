package io.escala.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AwsClientsTest {
  @TempDir Path folder;
  private HttpServer server;
  private Aws aws;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
    aws =
        AwsClients.from(
            Map.of("AWS_ENDPOINT_URL", "http://127.0.0.1:" + server.getAddress().getPort()));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void shouldFetchAZipFromS3() throws Exception {
    // given
    answers("/assets/a.zip", 200, "content");

    // when
    aws.download(new Order.StoredZip("assets", "a.zip", "h"), folder.resolve("a.zip"));

    // then
    assertThat(folder.resolve("a.zip")).hasContent("content");
  }

  @Test
  void shouldSayThatS3DoesNotGiveIt() {
    answers("/assets/a.zip", 403, "<Error><Code>AccessDenied</Code><Message>no</Message></Error>");

    assertThatThrownBy(
            () ->
                aws.download(new Order.StoredZip("assets", "a.zip", "h"), folder.resolve("a.zip")))
        .isInstanceOf(ImageException.class)
        .hasMessage(
            "s3://assets/a.zip cannot be read: S3 answered 403 AccessDenied; it is not there, or"
                + " the function's role is not allowed s3:GetObject on it");
  }

  @Test
  void shouldReadThePasswordOfTheRegistry() throws Exception {
    // given
    String token = Base64.getEncoder().encodeToString("AWS:a:password".getBytes(UTF_8));
    answers("/", 200, "{\"authorizationData\":[{\"authorizationToken\":\"" + token + "\"}]}");

    // then
    assertThat(aws.login()).isEqualTo(new RegistryTag.Login("AWS", "a:password"));
    assertThat(aws.login().toString()).isEqualTo("Login[user=AWS]");
  }

  @Test
  void shouldSayThatEcrGivesNoPassword() {
    answers("/", 400, "{\"__type\":\"AccessDeniedException\",\"message\":\"not you\"}");

    assertThatThrownBy(() -> aws.login())
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith("ECR gives no password: ")
        .hasMessageContaining("not you");
  }

  private void answers(String path, int status, String body) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(status, body.length());
            exchange.getResponseBody().write(body.getBytes(UTF_8));
          }
        });
  }
}
