package io.escala.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Generated and mutated requests: 5,000, or as many as {@code -Descala.fuzz.requests=100000} says;
 * {@code -Descala.fuzz.seed} makes others than usual.
 */
class FuzzTest {
  private static final int REQUESTS = Integer.getInteger("escala.fuzz.requests", 5000);
  private static final long SEED = Long.getLong("escala.fuzz.seed", 20261125L);
  private static final int CLIENTS = 4;
  private static final int HUNG_UP = 0;
  private static final List<String> NUMBERS =
      List.of(
          "0",
          "-1",
          "17",
          "18",
          "59",
          "121",
          "5.5",
          "1e3",
          "-0",
          "1e308",
          "1e309",
          "4.9e-324",
          "9223372036854775807",
          "9223372036854775808",
          "NaN",
          "Infinity",
          "01",
          "1.",
          ".5",
          "0x10");
  private static final List<String> TEXTS =
      List.of(
          "admin.",
          "técnico",
          "",
          " ",
          "never seen",
          "\\u0000",
          "\\ud800",
          "\\ud83d\\ude00",
          "😀",
          "\uFEFF",
          "x".repeat(300),
          "\\",
          "\n");
  private static final List<String> NAMES =
      List.of("age", "balance", "day", "job", "month", "Age", "", "pdays", "__proto__");
  private static final List<String> DATATYPES =
      List.of("FP64", "INT64", "BYTES", "FP32", "UINT8", "BOOL", "fp64", "");
  private static final List<String> PATHS =
      List.of(
          "/v1/models/bank:predict",
          "/v2/models/bank/infer",
          "/v2/models/bank/versions/1/infer",
          "/v1/models/bank",
          "/v1/models/:predict",
          "/v2/models/bank/ready",
          "/v2/models",
          "/v2",
          "/",
          "/metrics",
          "/v2/health/ready",
          "/classify_digit",
          "/models/bank",
          "/page/page.js",
          "/page/%2e%2e/page.js",
          "/v1/models/b%61nk:predict?x=y",
          "/v2/models/bank/%69nfer",
          "//",
          "*");
  private static final List<String> METHODS =
      List.of("GET", "POST", "PUT", "HEAD", "OPTIONS", "TRACE", "DELETE", "post", "G\u0000T");
  private static final List<String> HEADERS =
      List.of(
          "content-type: application/json",
          "content-type: text/plain",
          "content-type: application/json; charset=latin1",
          "content-type: ;;;",
          "content-encoding: gzip",
          "accept: text/html",
          "accept: */*;q=x",
          "inference-header-content-length: 10",
          "x-request-id: " + "z".repeat(70),
          "expect: 100-continue",
          "connection: close",
          "connection: upgrade",
          "upgrade: h2c",
          "host: again",
          "transfer-encoding: chunked",
          "content-length: 3",
          "range: bytes=0-1",
          "cookie: " + "c".repeat(2000));

  private static final List<String> TYPES =
      List.of(
          "image/png",
          "image/jpeg",
          "application/octet-stream",
          "image/jpg; q=1",
          "application/json",
          "image/gif",
          "text/plain");

  /** Digits that are right: black and white or grey or in colour, some larger than they need be. */
  private static final List<byte[]> PICTURES =
      List.of(
          picture("png", 28, BufferedImage.TYPE_BYTE_GRAY),
          picture("png", 28, BufferedImage.TYPE_BYTE_BINARY),
          picture("png", 90, BufferedImage.TYPE_BYTE_INDEXED),
          picture("png", 120, BufferedImage.TYPE_INT_ARGB),
          picture("png", 60, BufferedImage.TYPE_USHORT_GRAY),
          picture("jpeg", 28, BufferedImage.TYPE_BYTE_GRAY),
          picture("jpeg", 120, BufferedImage.TYPE_INT_RGB));

  @TempDir Path root;
  private final Map<Integer, Integer> statuses = new ConcurrentHashMap<>();

  @Test
  void shouldAnswerWhateverComesWithoutAFaultOfItsOwn() throws Exception {
    // given
    TestServer.BANK.publish(root, "bank", TestServer.MONDAY);
    TestServer.copy("digits", root);
    Duration short_ = Duration.ofSeconds(2);
    try (TestServer server =
        TestServer.of(
            root, ServerLimits.defaults().withTimeouts(short_, short_, short_), "bank", "digits")) {
      String expected = server.post(TestServer.PREDICT, TestServer.CUSTOMER).body();
      // The last of them starts when the model is first looked at again
      Eventually.isTrue(() -> TestServer.threads().contains("escala-models"));
      Set<String> threads = TestServer.threads();

      // when
      List<CompletableFuture<Void>> clients = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        SplittableRandom random = new SplittableRandom(SEED + client);
        clients.add(CompletableFuture.runAsync(() -> attack(server, random)));
      }
      for (CompletableFuture<Void> client : clients) {
        client.get();
      }

      // then
      assertThat(new TreeMap<>(statuses)).containsKeys(200, 400, 404, 405, 415);
      assertThat(statuses.get(200)).as("%s", statuses).isGreaterThan(REQUESTS / 10);
      assertThat(statuses.getOrDefault(HUNG_UP, 0)).as("%s", statuses).isLessThan(REQUESTS / 50);
      assertThat(server.post(TestServer.PREDICT, TestServer.CUSTOMER).body()).isEqualTo(expected);
      assertThat(TestServer.threads()).containsExactlyInAnyOrderElementsOf(threads);
      Eventually.isTrue(() -> server.metric("escala_http_requests_in_flight") == 1);
      Eventually.isTrue(() -> server.metric("escala_http_connections") == 1);
      assertThat(server.metric("escala_http_requests_waiting")).isZero();
      assertThat(server.log()).doesNotContain("\"level\":\"ERROR\"");
      for (int status : List.of(200, 400, 415)) {
        String pictures =
            "escala_http_requests_total{method=\"POST\",route=\"/classify_digit\",status=\"%d\"}";
        assertThat(server.metric(pictures.formatted(status))).as("%d", status).isPositive();
      }
    }
  }

  private void attack(TestServer server, SplittableRandom random) {
    for (int i = 0; i < REQUESTS / CLIENTS; i++) {
      byte[] request = request(random);
      try (Wire wire = server.wire()) {
        Wire.Answer answer = send(wire, request);
        if (answer == null) {
          statuses.merge(HUNG_UP, 1, Integer::sum); // on what was no request
          continue;
        }
        statuses.merge(answer.status(), 1, Integer::sum);
        assertThat(answer.status()).as(() -> shown(request, answer)).isBetween(200, 499);
        if (answer.status() >= 400 && !new String(request, ISO_8859_1).startsWith("HEAD")) {
          assertThat(answer.error()).as(() -> shown(request, answer)).isNotBlank();
        }
      } catch (IOException e) {
        throw new IllegalStateException(shown(request, null), e);
      }
    }
  }

  private static byte[] picture(String format, int side, int type) {
    BufferedImage image = new BufferedImage(side, side, type);
    Graphics2D pen = image.createGraphics();
    pen.setColor(Color.WHITE);
    pen.fillRect(0, 0, side, side);
    pen.setColor(Color.BLACK);
    pen.setStroke(new BasicStroke(side / 10f));
    pen.drawLine(side / 4, side / 4, 3 * side / 4, side / 4);
    pen.drawLine(3 * side / 4, side / 4, side / 2, 3 * side / 4);
    pen.dispose();
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try {
      assertThat(ImageIO.write(image, format, file)).isTrue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }

  private static Wire.Answer send(Wire wire, byte[] request) throws IOException {
    try {
      wire.say(request).hangUp();
      Wire.Answer answer = wire.answer();
      while (answer != null && answer.status() == 100) {
        answer = wire.answer();
      }
      return answer;
    } catch (SocketException e) {
      return null; // it hung up before all was sent
    }
  }

  private static byte[] request(SplittableRandom random) {
    if (random.nextInt(5) == 0) {
      byte[] request = pictureRequest(random);
      return random.nextInt(8) == 0 ? mutated(request, random) : request;
    }
    String path = random.nextInt(4) > 0 ? PATHS.get(random.nextInt(2)) : any(PATHS, random);
    String body = random.nextInt(12) == 0 ? anything(random, 0) : body(path, random);
    String method = random.nextInt(12) > 0 ? "POST" : any(METHODS, random);
    List<String> headers = new ArrayList<>();
    for (int i = random.nextInt(8); i > 5; i--) {
      headers.add(any(HEADERS, random));
    }
    byte[] request = Wire.request(method, path, body, headers.toArray(String[]::new));
    return random.nextInt(4) == 0 ? mutated(request, random) : request;
  }

  /** A picture in either form: as it is, with bytes changed, cut short, or under a wrong name. */
  private static byte[] pictureRequest(SplittableRandom random) {
    byte[] picture = any(PICTURES, random);
    for (int i = random.nextInt(4); i > 0; i--) {
      picture = random.nextInt(4) == 0 ? cut(picture, random) : mutated(picture, random);
    }
    boolean inJson = random.nextBoolean();
    byte[] body = inJson ? imageJson(picture, random).getBytes(UTF_8) : picture;
    String type =
        random.nextInt(12) == 0
            ? any(TYPES, random)
            : inJson ? "application/json" : any(TYPES.subList(0, 4), random);
    return Wire.request("POST", "/classify_digit", body, "content-type: " + type);
  }

  private static String imageJson(byte[] picture, SplittableRandom random) {
    String text = Base64.getEncoder().encodeToString(picture);
    String image =
        switch (random.nextInt(8)) {
          case 0 -> "data:image/png;base64," + text;
          case 1 -> new String(mutated(text.getBytes(UTF_8), random), ISO_8859_1);
          default -> text;
        };
    String value = random.nextInt(20) == 0 ? anything(random, 0) : "\"" + image + "\"";
    return random.nextInt(20) == 0 ? "{\"picture\": " + value + "}" : "{\"image\": " + value + "}";
  }

  private static byte[] cut(byte[] bytes, SplittableRandom random) {
    return Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length));
  }

  private static String body(String path, SplittableRandom random) {
    boolean tensors = path.contains("infer") != (random.nextInt(20) == 0);
    return tensors ? tensors(random) : instances(random);
  }

  private static String instances(SplittableRandom random) {
    List<String> rows = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      List<String> fields = new ArrayList<>();
      for (String name : NAMES.subList(0, random.nextInt(20) == 0 ? NAMES.size() : 4)) {
        if (random.nextInt(4) > 0) {
          fields.add("\"" + name + "\": " + value(name, random));
        }
      }
      rows.add("{" + String.join(", ", fields) + "}");
    }
    // Many rows are read in another way than few
    int times = random.nextInt(8) == 0 ? 2 + random.nextInt(100) : 1;
    return "{\"instances\": ["
        + String.join(", ", Collections.nCopies(times, String.join(", ", rows)))
        + "]}";
  }

  private static String tensors(SplittableRandom random) {
    int rows = random.nextInt(4);
    List<String> inputs = new ArrayList<>();
    for (int i = random.nextInt(5); i >= 0; i--) {
      String name = random.nextInt(20) == 0 ? any(NAMES, random) : NAMES.get(i % 4);
      String datatype =
          random.nextInt(20) == 0
              ? any(DATATYPES, random)
              : List.of("FP64", "FP64", "INT64", "BYTES").get(i % 4);
      int count = random.nextInt(20) == 0 ? random.nextInt(5) : rows;
      List<String> data = new ArrayList<>();
      for (int d = 0; d < count; d++) {
        String value = value(name, random);
        data.add(random.nextInt(40) == 0 ? "[" + value + "]" : value);
      }
      inputs.add(
          "{\"name\": \"%s\", \"datatype\": \"%s\", \"shape\": [%s, 1], \"data\": %s}"
              .formatted(name, datatype, rows, data));
    }
    String outputs = random.nextInt(4) == 0 ? ", \"outputs\": [{\"name\": \"label\"}]" : "";
    return "{\"id\": \"7\", \"inputs\": " + inputs + outputs + "}";
  }

  private static String value(String name, SplittableRandom random) {
    return switch (random.nextInt(60)) {
      case 0 -> "null";
      case 1 -> anything(random, 0);
      case 2 -> any(NUMBERS, random);
      case 3 -> "\"" + any(TEXTS, random) + "\"";
      default ->
          switch (name) {
            case "job" -> "\"" + TEXTS.get(random.nextInt(5)) + "\"";
            case "day" -> Integer.toString(random.nextInt(32));
            default -> Integer.toString(18 + random.nextInt(80));
          };
    };
  }

  private static String anything(SplittableRandom random, int depth) {
    return switch (random.nextInt(depth > 3 ? 4 : 7)) {
      case 0 -> any(NUMBERS, random);
      case 1 -> "\"" + any(TEXTS, random) + "\"";
      case 2 -> "true";
      case 3 -> "null";
      case 4 -> "[" + anything(random, depth + 1) + ", " + anything(random, depth + 1) + "]";
      case 5 -> "{\"" + any(NAMES, random) + "\": " + anything(random, depth + 1) + "}";
      default -> "[".repeat(1 + random.nextInt(2000));
    };
  }

  /** Some bytes changed, left out, doubled or added. */
  private static byte[] mutated(byte[] request, SplittableRandom random) {
    byte[] bytes = request;
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(bytes.length);
      int length = Math.min(bytes.length - at, 1 + random.nextInt(20));
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes = joined(bytes, at, at + length, new byte[0]);
        case 2 -> bytes = joined(bytes, at, at, Arrays.copyOfRange(bytes, at, at + length));
        default -> {
          byte[] noise = new byte[length];
          random.nextBytes(noise);
          bytes = joined(bytes, at, at, noise);
        }
      }
      if (bytes.length == 0) {
        return new byte[] {'x'};
      }
    }
    return bytes;
  }

  private static byte[] joined(byte[] bytes, int end, int start, byte[] between) {
    byte[] result = Arrays.copyOf(bytes, end + between.length + bytes.length - start);
    System.arraycopy(between, 0, result, end, between.length);
    System.arraycopy(bytes, start, result, end + between.length, bytes.length - start);
    return result;
  }

  private static <T> T any(List<T> list, SplittableRandom random) {
    return list.get(random.nextInt(list.size()));
  }

  private static String shown(byte[] request, Wire.Answer answer) {
    return new String(request, UTF_8) + "\n=> " + answer;
  }
}
