package io.escala.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that are slow, broken or mean. After each the next request is served. */
class HostileRequestsTest {
  private static final Duration LIMIT = Duration.ofMillis(400);

  /** Of bodies that are not small. */
  private static final ServerLimits HOLDS_ONE_LARGE_BODY =
      new ServerLimits(
          8 << 10,
          1 << 20,
          1000,
          1024,
          1,
          100,
          600_000,
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5));

  @TempDir static Path root;
  private static TestServer server;
  private static Set<String> threads;

  @BeforeAll
  static void start() throws Exception {
    TestServer.BANK.publish(root, "bank", TestServer.MONDAY);
    server =
        TestServer.of(
            root,
            ServerLimits.defaults().withTimeouts(LIMIT, LIMIT, Duration.ofSeconds(1)),
            "bank");
    assertThat(server.post(TestServer.PREDICT, TestServer.CUSTOMER).status()).isEqualTo(200);
    threads = TestServer.threads();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void shouldGoOnAsIfNothingHadHappened() throws Exception {
    assertThat(server.post(TestServer.PREDICT, TestServer.CUSTOMER).status()).isEqualTo(200);
    // the request that asks is in flight itself
    Eventually.isTrue(() -> server.metric("escala_http_requests_in_flight") == 1);
    Eventually.isTrue(() -> server.metric("escala_http_connections") == 1);
    assertThat(TestServer.threads()).containsAll(threads);
    assertThat(server.log()).doesNotContain("\"level\":\"ERROR\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "P",
        "POST /v1/models/bank:predict HTTP/1.1\r\n",
        "POST /v1/models/bank:predict HTTP/1.1\r\nhost: test\r\nx: y"
      })
  void shouldEndAHeaderThatIsHalfSent(String half) throws Exception {
    try (Wire wire = server.wire()) {
      Wire.Answer answer = wire.say(half).answer();
      assertThat(answer.status()).isEqualTo(408);
      assertThat(answer.error()).contains("did not arrive in time");
      assertThat(wire.answer()).isNull();
    }
  }

  @Test
  void shouldEndAHeaderThatTrickles() throws Exception {
    try (Wire wire = server.wire()) {
      wire.say("GET /v2 HTTP/1.1\r\nhost: test\r\n");
      assertThat(trickle(wire, "x: y\r\n").status()).isEqualTo(408);
    }
  }

  @Test
  void shouldEndABodyThatIsHalfSent() throws Exception {
    try (Wire wire = server.wire()) {
      Wire.Answer answer =
          wire.say(
                  "POST "
                      + TestServer.PREDICT
                      + " HTTP/1.1\r\nhost: test\r\ncontent-length: 90\r\n\r\n{\"instances\"")
              .answer();
      assertThat(answer.status()).isEqualTo(408);
      assertThat(answer.error()).isNotBlank();
      assertThat(wire.answer()).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource({"content-length: 9000, ' '", "transfer-encoding: chunked, '1\r\n \r\n'"})
  void shouldEndABodyThatTrickles(String header, String drop) throws Exception {
    try (Wire wire = server.wire()) {
      wire.say("POST " + TestServer.PREDICT + " HTTP/1.1\r\nhost: test\r\n" + header + "\r\n\r\n");
      assertThat(trickle(wire, drop).status()).isEqualTo(408);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /v1/models/bank:predict HTTP/1.1\r\nhost: te",
        "POST /v1/models/bank:predict HTTP/1.1\r\nhost: test\r\ncontent-length: 90\r\n\r\n{\"inst",
        "POST /v1/models/bank:predict HTTP/1.1\r\nhost: test\r\ncontent-length: 2\r\n\r\n{}"
      })
  void shouldNotBlameItselfForAClientThatVanishes(String half) throws Exception {
    for (int i = 0; i < 20; i++) {
      try (Wire wire = server.wire()) {
        wire.say(half);
        Thread.sleep(i);
        wire.vanish();
      }
    }
  }

  @Test
  void shouldEndASilentConnection() throws Exception {
    try (Wire wire = server.wire()) {
      assertThat(wire.answer()).isNull();
    }
  }

  @Test
  void shouldEndAConnectionWhoseClientNeverReads() throws Exception {
    try (Wire wire = server.wire()) {
      byte[] request = Wire.request("GET", "/metrics", "");
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 100_000; i++) {
                  wire.say(request);
                }
              })
          .isInstanceOf(SocketException.class);
    }
  }

  @Test
  void shouldKeepAConnectionThatPausesBetweenRequests() throws Exception {
    try (Wire wire = server.wire()) {
      byte[] request = Wire.request("POST", TestServer.PREDICT, TestServer.CUSTOMER);
      assertThat(wire.say(request).answer().status()).isEqualTo(200);
      Thread.sleep(2 * LIMIT.toMillis());
      assertThat(wire.say(request).answer().status()).isEqualTo(200);
    }
  }

  @Test
  void shouldEndHeadersWithoutEnd() throws Exception {
    try (Wire wire = server.wire()) {
      wire.say("GET /v2 HTTP/1.1\r\nhost: test\r\n" + "x: yyyyyyyyyyyyyyyyyyyy\r\n".repeat(1000));
      Wire.Answer answer = wire.answer();
      assertThat(answer.status()).isEqualTo(431);
      assertThat(answer.error()).contains("the headers are larger than this server reads");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'GET /v2 HTTP/1.1\r\n\r\n'                                                | 400",
        "'GET /v2 HTTP/9.9\r\nhost: test\r\n\r\n'                                  | 400",
        "'GET /v2\r\n\r\n'                                                         | 400",
        "'\0\0\0\0\0\0\0\0\r\n\r\n'                                                | 400",
        "'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'                                        | 426",
        "'GET /v2 HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n'                          | 400",
        "'GET /v2 HTTP/1.1\r\nhost: test\r\nx\0y: 1\r\n\r\n'                       | 400",
        "'GET /v2 HTTP/1.1\r\nhost: test\r\n folded: 1\r\n\r\n'                    | 400",
        "'GET /../../etc/passwd HTTP/1.1\r\nhost: test\r\n\r\n'                    | 400",
        "'GET /%2e%2e/%00 HTTP/1.1\r\nhost: test\r\n\r\n'                          | 400",
        "'OPTIONS * HTTP/1.1\r\nhost: test\r\n\r\n'                                | 400",
        "'CONNECT other:443 HTTP/1.1\r\nhost: test\r\n\r\n'                        | 400",
        "'POST /v2 HTTP/1.1\r\nhost: test\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nabcdef' | 400",
        "'POST /v2 HTTP/1.1\r\nhost: test\r\ncontent-length: -5\r\n\r\n'           | 400",
        "'POST /v2 HTTP/1.1\r\nhost: test\r\ncontent-length: 99999999999999999999\r\n\r\n' | 400",
        "'POST /v2 HTTP/1.1\r\nhost: test\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n' | 400",
        "'POST /v2 HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n' | 400",
        "'POST /v2 HTTP/1.1\r\nhost: test\r\ntransfer-encoding: bzip\r\n\r\nabc'   | 400",
        "'POST /v2 HTTP/1.1\r\nhost: test\r\nexpect: the worst\r\n\r\nabc'         | 417"
      })
  void shouldRefuseWhatIsNoHttp(String request, int status) throws Exception {
    try (Wire wire = server.wire()) {
      Wire.Answer answer = wire.say(request).hangUp().answer();
      assertThat(answer).isNotNull();
      assertThat(answer.status()).as(answer.body()).isEqualTo(status);
      assertThat(answer.error()).isNotBlank();
    }
  }

  @Test
  void shouldRefuseAnAddressThatIsTooLong() throws Exception {
    try (Wire wire = server.wire()) {
      Wire.Answer answer =
          wire.say("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nhost: test\r\n\r\n").answer();
      assertThat(answer.status()).isEqualTo(414);
      assertThat(answer.error()).contains("the address is longer");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"instances\": [{\"age\": 1e400}]}",
        "{\"instances\": [{\"age\": 20, \"age\": 20}]}",
        "{\"instances\": [{\"__proto__\": 1}]}",
        "{\"instances\": [null]}",
        "{\"instances\": [[]]}"
      })
  void shouldRefuseHostileJson(String body) {
    Wire.Answer answer = server.post(TestServer.PREDICT, body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.error()).isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":", "[[],"})
  void shouldRefuseJsonThatIsNestedAThousandDeep(String open) {
    assertThat(server.post(TestServer.PREDICT, open.repeat(1000)).error())
        .contains("nested deeper than 32");
    assertThat(server.post(TestServer.PREDICT, open.repeat((1 << 20) / open.length())).error())
        .contains("nested deeper than 32");
  }

  @Test
  void shouldRefuseANumberOfAMillionDigits() {
    String digits = "9".repeat(1_000_000);
    assertThat(
            server
                .post(TestServer.PREDICT, "{\"instances\": [{\"age\": " + digits + "}]}")
                .status())
        .isEqualTo(400);
  }

  @Test
  void shouldTurnAwayWhatItCannotTakeAndServeTheRest() throws Exception {
    // given a server that scores one request at a time and lets one wait
    ServerLimits narrow =
        new ServerLimits(
            8 << 10, 4 << 20, 20_000, 1024, 1, 1, 64L << 20, LIMIT, LIMIT, Duration.ofSeconds(5));
    try (TestServer busy = TestServer.of(root, narrow, "bank")) {
      String body = "{\"instances\": [{}" + ", {}".repeat(19_999) + "]}";
      List<CompletableFuture<Wire.Answer>> answers = new ArrayList<>();

      // when
      for (int i = 0; i < 12; i++) {
        answers.add(
            CompletableFuture.supplyAsync(
                () -> busy.post(TestServer.PREDICT, body), task -> new Thread(task).start()));
      }

      // then
      List<Integer> statuses = new ArrayList<>();
      for (CompletableFuture<Wire.Answer> answer : answers) {
        statuses.add(answer.get().status());
        if (answer.get().status() == 429) {
          assertThat(answer.get().headers()).containsKey("retry-after");
          assertThat(answer.get().error()).contains("try again");
        }
      }
      assertThat(statuses).contains(200, 429).containsOnly(200, 429);
      assertThat(busy.get("/v2/health/ready").status()).isEqualTo(200);
    }
  }

  @Test
  void shouldTurnAwayLargeBodiesThatWouldNotFitIntoMemoryTogether() throws Exception {
    // given a server that holds one large body
    try (TestServer server = TestServer.of(root, HOLDS_ONE_LARGE_BODY, "bank");
        Wire first = server.wire();
        Wire second = server.wire()) {
      byte[] large =
          Wire.request("POST", TestServer.PREDICT, " ".repeat(500_000) + TestServer.CUSTOMER);
      String half = new String(large, 0, 400_000, java.nio.charset.StandardCharsets.UTF_8);
      first.say(half);
      Thread.sleep(300);

      // when
      Wire.Answer answer = second.say(large).answer();

      // then
      assertThat(answer.status()).isEqualTo(429);
      assertThat(server.post(TestServer.PREDICT, TestServer.CUSTOMER).status()).isEqualTo(200);
      first.say(
          new String(
              large, 400_000, large.length - 400_000, java.nio.charset.StandardCharsets.UTF_8));
      assertThat(first.answer().status()).isEqualTo(200);
      assertThat(second.say(large).answer().status()).isEqualTo(200);
    }
  }

  @Test
  void shouldForgetTheBodyOfEveryRequestThatItHasAnswered() throws Exception {
    // given a server that holds one large body
    try (TestServer server = TestServer.of(root, HOLDS_ONE_LARGE_BODY, "bank");
        Wire wire = server.wire()) {
      String large = " ".repeat(500_000) + TestServer.CUSTOMER;
      for (String path : List.of("/metrics", "/v2/health/ready", "/v2/health/live", "/")) {

        // when
        for (int i = 0; i < 3; i++) {
          assertThat(wire.say(Wire.request("GET", path, large)).answer().status()).isEqualTo(200);
        }

        // then
        assertThat(wire.say(Wire.request("POST", TestServer.PREDICT, large)).answer().status())
            .as(path)
            .isEqualTo(200);
      }
    }
  }

  /** Sends a little every now and then until there is an answer. */
  private static Wire.Answer trickle(Wire wire, String drop) throws Exception {
    CompletableFuture<Wire.Answer> answer =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return wire.answer();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    long end = System.nanoTime() + 10 * LIMIT.toNanos();
    while (!answer.isDone() && System.nanoTime() < end) {
      try {
        wire.say(drop);
      } catch (SocketException e) {
        break; // the server hung up
      }
      Thread.sleep(LIMIT.toMillis() / 4);
    }
    assertThat(answer).isDone();
    return answer.get();
  }
}
