package io.escala.inference.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.escala.inference.FolderBundleSource;
import io.escala.inference.Models;
import io.escala.inference.fixture.BankModel;
import io.escala.inference.fixture.RecordingListener;
import io.escala.inference.image.DigitPixels;
import io.escala.inference.json.Json;
import io.escala.inference.json.JsonException;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Asks the bundle in the repository. */
class ClassifyDigitTest {
  private static final String PATH = "/classify_digit";

  @TempDir Path empty;
  private final RecordingListener listener = new RecordingListener();
  private Models models;
  private InferenceApi api;

  @BeforeEach
  void start() {
    serve(Path.of(System.getProperty("escala.root"), "models"), List.of("digits"));
  }

  private void serve(Path root, List<String> names) {
    models = new Models(new FolderBundleSource(root), names, Duration.ofSeconds(30), listener);
    api = new InferenceApi(models, new Limits(1 << 20, 10), listener);
  }

  @AfterEach
  void stop() {
    models.close();
  }

  @ParameterizedTest
  @CsvSource({
    "png, image/png",
    "jpeg, image/jpeg",
    "jpeg, image/jpg",
    "jpeg, IMAGE/JPEG; q=1",
    "png, ''",
    "png, application/octet-stream",
    "jpeg, application/x-www-form-urlencoded"
  })
  void shouldAnswerAPictureByteForByteAsTheTemplateDoes(String format, String type)
      throws IOException {
    // when
    Response response = ask(file(seven(28, Color.BLACK, Color.WHITE), format), type);

    // then
    assertThat(response.status()).as(response.body()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("{\"predicted_label\": 7}");
    assertThat(response.headers())
        .containsEntry("content-type", "application/json")
        .containsKey("escala-model-version");
  }

  @Test
  void shouldNotInvertAPictureThatComesAsTheTemplateTakesIt() throws Exception {
    // given
    BufferedImage darkOnWhite = seven(28, Color.WHITE, Color.BLACK);

    // when
    byte[] pixels = DigitPixels.asTheTemplateDoes(file(darkOnWhite, "png"));

    // then
    assertThat(pixels[0]).isEqualTo((byte) 255);
    assertThat(ask(file(darkOnWhite, "png"), "image/png").body())
        .startsWith("{\"predicted_label\": ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "data:image/png;base64,", "DATA:image/PNG;base64,"})
  void shouldAnswerAPhotoInJsonWithMore(String prefix) throws Exception {
    // given
    String photo = base64(file(seven(333, new Color(0xE8E0D0), new Color(0x203050)), "png"));

    // when
    Response response = post("{\"image\": \"" + prefix + photo + "\"}");

    // then
    assertThat(response.status()).as(response.body()).isEqualTo(200);
    assertThat(response.body()).startsWith("{\"predicted_label\":7,\"probabilities\":[");
    Map<?, ?> answer = (Map<?, ?>) Json.parse(response.body());
    assertThat(answer.keySet().stream().map(Object::toString))
        .containsExactly("predicted_label", "probabilities", "model", "version");
    assertThat(answer.get("model")).isEqualTo("digits");
    assertThat(answer.get("version")).isEqualTo(response.headers().get("escala-model-version"));
    List<?> probabilities = (List<?>) answer.get("probabilities");
    assertThat(probabilities).hasSize(10);
    assertThat((double) probabilities.get(7)).isGreaterThan(0.8);
    assertThat(probabilities.stream().mapToDouble(p -> (double) p).sum()).isBetween(0.9999, 1.0001);
  }

  @Test
  void shouldTakeBase64ThatIsBrokenIntoLines() throws Exception {
    byte[] file = file(seven(100, Color.WHITE, Color.BLACK), "jpeg");
    String lines = Base64.getMimeEncoder().encodeToString(file).replace("\r\n", "\\n");
    assertThat(post("{\"image\": \"" + lines + "\"}").status()).isEqualTo(200);
  }

  @Test
  void shouldAnswerTheSamePhotoWhetherItIsPngOrJpegDarkOrLight() throws Exception {
    for (String format : List.of("png", "jpeg")) {
      for (boolean dark : new boolean[] {true, false}) {
        Color paper = dark ? new Color(0x203028) : Color.WHITE;
        Color ink = dark ? Color.WHITE : new Color(0x3040A0);
        String photo = base64(file(seven(500, paper, ink), format));
        assertThat(post("{\"image\": \"" + photo + "\"}").body())
            .as("%s, dark %s", format, dark)
            .startsWith("{\"predicted_label\":7,");
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | the field image is missing",
        "[] | the body must be a PNG or JPEG file, or {\"image\"",
        "{\"image\": 3} | image must be a string",
        "{\"image\": null} | image must be a string",
        "{\"image\": \"\"} | the image is empty",
        "{\"image\": \"AAAA\"} | neither a PNG nor a JPEG: it starts with the bytes 00 00 00",
        "{\"image\": \"AA!A\"} | image is not base64: its character 3 is U+0021",
        "{\"image\": \"AAAAA\"} | image is not base64: it ends too early",
        "{\"image\": \"data:image/png,AAAA\"} | does not start like data:image/png;base64,",
        "{\"image\": \"data:image/png;base64\"} | does not start like data:image/png;base64,",
        "{\"image\": \"iVBORw0KGgo=\"} | the PNG is truncated",
        "{\"image\": \"/9j/\"} | neither a PNG nor a JPEG",
        "{\"image\": \"AAAA\", \"image\": \"AAAA\"} | the key \"image\" stands twice",
        "{\"image\": \"AAAA\", \"size\": 3} | but has the field \"size\"",
        "{\"image\": | the body cannot be read: the JSON ends too early"
      })
  void shouldSayWhatIsWrongWithTheJson(String body, String sentence) {
    Response response = post(body);
    assertThat(response.status()).isEqualTo(400);
    assertThat(error(response)).contains(sentence).doesNotContain("\n");
    assertThat(listener.told()).noneMatch(t -> t.startsWith("failed"));
  }

  @Test
  void shouldSayThatThereIsNoInk() throws IOException {
    BufferedImage blank = new BufferedImage(200, 150, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = blank.createGraphics();
    graphics.setColor(new Color(0xE0E0D8));
    graphics.fillRect(0, 0, 200, 150);
    graphics.dispose();

    Response response = post("{\"image\": \"" + base64(file(blank, "jpeg")) + "\"}");

    assertThat(response.status()).isEqualTo(400);
    assertThat(error(response)).contains("the image has no ink");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text/plain | the content type is text/plain, but must be image/png, image/jpeg or",
        "image/gif | the content type is image/gif",
        "multipart/form-data; boundary=x | the content type is multipart/form-data",
        "application/json; charset=utf-16 | JSON is UTF-8"
      })
  void shouldRefuseAnotherContentType(String type, String sentence) {
    Response response = ask("{}".getBytes(UTF_8), type);
    assertThat(response.status()).isEqualTo(415);
    assertThat(error(response)).contains(sentence);
  }

  @Test
  void shouldRefuseADataUrlOfAnotherTypeAndACompressedBody() {
    Response gif = post("{\"image\": \"data:image/gif;base64,R0lGODlh\"}");
    assertThat(gif.status()).isEqualTo(415);
    assertThat(error(gif)).contains("a data URL of type image/gif");
    Response packed =
        api.handle(
            new Request(
                "POST",
                PATH,
                Map.of("content-type", "image/png", "content-encoding", "gzip"),
                ByteBuffer.allocate(3)));
    assertThat(packed.status()).isEqualTo(415);
    assertThat(error(packed)).contains("content encoding is gzip");
  }

  @Test
  void shouldSayThatAPictureIsNoJson() throws IOException {
    Response response = ask(file(seven(28, Color.BLACK, Color.WHITE), "png"), "application/json");
    assertThat(response.status()).isEqualTo(400);
    assertThat(error(response)).contains("the body is a picture: send the header content-type");
  }

  @Test
  void shouldRefuseABodyThatIsTooLargeAndAnEmptyOne() {
    assertThat(ask(new byte[(1 << 20) + 1], "image/png").status()).isEqualTo(413);
    Response empty = ask(new byte[0], "image/jpeg");
    assertThat(empty.status()).isEqualTo(400);
    assertThat(error(empty)).contains("the image is empty");
  }

  @Test
  void shouldSayThatAPictureIsCorruptInEitherForm() {
    byte[] file = "\u0089PNG\r\n\u001a\nxxxxIHDRyyyy".getBytes(ISO_8859_1);
    assertThat(ask(file, "image/png").status()).isEqualTo(400);
    assertThat(post("{\"image\": \"" + base64(file) + "\"}").status()).isEqualTo(400);
  }

  @Test
  void shouldAnswerPostOnly() {
    Response response = api.handle(new Request("GET", PATH, Map.of(), ByteBuffer.allocate(0)));
    assertThat(response.status()).isEqualTo(405);
    assertThat(response.headers()).containsEntry("allow", "POST");
  }

  @Test
  void shouldSayThatTheModelIsNotServedOrNotThereYet() throws IOException {
    models.close();
    serve(empty, List.of("bank"));
    Response unknown = ask(new byte[3], "image/png");
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(error(unknown)).isEqualTo("there is no model \"digits\"; there is bank");

    models.close();
    serve(empty, List.of("digits"));
    byte[] file = file(seven(28, Color.BLACK, Color.WHITE), "png");
    assertThat(ask(file, "image/png").status()).isEqualTo(503);
  }

  @Test
  void shouldReportAModelThatIsNoDigitModel() throws IOException {
    models.close();
    new BankModel(-2.5).publish(empty, "digits", Instant.parse("2026-11-23T19:45:00Z"));
    serve(empty, List.of("digits"));

    Response response = ask(file(seven(28, Color.BLACK, Color.WHITE), "png"), "image/png");

    assertThat(response.status()).isEqualTo(500);
    assertThat(error(response)).contains("does not take 784 pixels");
    assertThat(listener.told()).anyMatch(t -> t.startsWith("failed"));
  }

  @Test
  void shouldAnswerItsPixelsToo() throws Exception {
    // given
    List<Object> pixels = new ArrayList<>();
    for (byte pixel :
        DigitPixels.asTheTemplateDoes(file(seven(28, Color.BLACK, Color.WHITE), "png"))) {
      pixels.add(pixel & 0xFF);
    }

    // when
    Response response =
        api.handle(
            new Request(
                "POST",
                "/v1/models/digits:predict",
                Map.of(),
                UTF_8.encode("{\"instances\": [{\"pixels\": " + pixels + "}]}")));
    Response tooFew =
        api.handle(
            new Request(
                "POST",
                "/v1/models/digits:predict",
                Map.of(),
                UTF_8.encode("{\"instances\": [{\"pixels\": [1, 2]}]}")));
    pixels.set(17, 256);
    Response tooBright =
        api.handle(
            new Request(
                "POST",
                "/v1/models/digits:predict",
                Map.of(),
                UTF_8.encode("{\"instances\": [{\"pixels\": " + pixels + "}]}")));

    // then
    assertThat(response.body()).contains("\"label\":\"7\"");
    assertThat(error(tooFew)).isEqualTo("instances[0].pixels has 2 values, but must have 784");
    assertThat(error(tooBright))
        .isEqualTo("instances[0].pixels[17] must be a whole number from 0 to 255, but is 256");
  }

  private Response post(String json) {
    return ask(json.getBytes(UTF_8), "application/json");
  }

  private Response ask(byte[] body, String type) {
    Map<String, String> headers = type.isEmpty() ? Map.of() : Map.of("content-type", type);
    return api.handle(new Request("POST", PATH, headers, ByteBuffer.wrap(body)));
  }

  private static String error(Response response) {
    try {
      return (String) ((Map<?, ?>) Json.parse(response.body())).get("error");
    } catch (JsonException e) {
      throw new AssertionError(response.body(), e);
    }
  }

  private static BufferedImage seven(int side, Color paper, Color ink) {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setColor(paper);
    graphics.fillRect(0, 0, side, side);
    graphics.setColor(ink);
    graphics.setStroke(
        new BasicStroke(side * 0.09f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    Path2D path = new Path2D.Double();
    path.moveTo(0.3 * side, 0.22 * side);
    path.lineTo(0.7 * side, 0.22 * side);
    path.lineTo(0.45 * side, 0.8 * side);
    graphics.draw(path);
    graphics.dispose();
    return image;
  }

  private static byte[] file(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, format, out);
    return out.toByteArray();
  }

  private static String base64(byte[] file) {
    return Base64.getEncoder().encodeToString(file);
  }
}
