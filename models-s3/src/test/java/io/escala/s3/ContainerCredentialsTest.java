package io.escala.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerCredentialsTest {
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  @TempDir Path folder;
  private final List<String> tokens = new CopyOnWriteArrayList<>();
  private final AtomicReference<Instant> time = new AtomicReference<>(NOON);
  private HttpServer agent;

  @BeforeEach
  void start() throws IOException {
    agent = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    agent.createContext(
        "/v1/credentials",
        exchange -> {
          tokens.add(exchange.getRequestHeaders().getFirst("Authorization"));
          byte[] body =
              """
              {"AccessKeyId": "AKID%d", "SecretAccessKey": "s", "Token": "t", "Expiration": "%s"}
              """
                  .formatted(tokens.size(), time.get().plus(Duration.ofHours(1)))
                  .getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    agent.start();
  }

  @AfterEach
  void stop() {
    agent.stop(0);
  }

  @Test
  void shouldAskOnceAndAgainWithTheNewTokenBeforeTheCredentialsExpire() throws IOException {
    // given
    Path token = folder.resolve("token");
    Files.writeString(token, "first\n");
    InstantSource source = time::get;
    Clock clock = source.withZone(ZoneOffset.UTC);
    Credentials credentials =
        new ContainerCredentials(
            URI.create("http://127.0.0.1:" + agent.getAddress().getPort() + "/v1/credentials"),
            Map.of("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token.toString()),
            clock);

    // when
    assertThat(credentials.now().accessKeyId()).isEqualTo("AKID1");
    time.set(NOON.plus(Duration.ofMinutes(54)));
    assertThat(credentials.now().accessKeyId()).isEqualTo("AKID1");
    Files.writeString(token, "second\n");
    time.set(NOON.plus(Duration.ofMinutes(56)));

    // then
    assertThat(credentials.now().accessKeyId()).isEqualTo("AKID2");
    assertThat(tokens).containsExactly("first", "second");
  }

  @Test
  void shouldSayWhatTheAgentAnswered() {
    Credentials credentials =
        ContainerCredentials.of(
            "http://127.0.0.1:" + agent.getAddress().getPort() + "/elsewhere", Map.of());
    assertThatThrownBy(credentials::now)
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("/elsewhere answered 404 when asked for credentials");
  }

  @Test
  void shouldSendNoTokenInTheClearToAnotherMachine() {
    assertThatThrownBy(
            () ->
                Credentials.from(
                    Map.of("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://192.0.2.1/credentials")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be https");
  }
}
