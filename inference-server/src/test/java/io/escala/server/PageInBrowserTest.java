package io.escala.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.escala.inference.fixture.BankModel;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page as a person uses it. Skipped where there is no Chromium or Chrome. */
class PageInBrowserTest {
  private static final int[][] ONE = {{140, 50}, {140, 90}, {140, 130}, {140, 180}, {140, 230}};
  private static final int[][] SEVEN = {
    {80, 60}, {120, 58}, {160, 57}, {200, 60}, {185, 100}, {165, 140}, {150, 190}, {140, 235}
  };

  @TempDir static Path root;
  private static TestServer server;
  private static Browser browser;
  private static String page;

  @BeforeAll
  static void start() throws Exception {
    Optional<String> installed = Browser.installed();
    assumeTrue(
        installed.isPresent(),
        "no Chromium or Chrome on the PATH: the page was not tried (Debian: apt-get install chromium)");
    TestServer.copy("digits", TestServer.models(root));
    server = TestServer.of(root, "bank", "digits", "wine");
    page = "http://127.0.0.1:" + server.port() + "/";
    browser = new Browser(installed.get());
  }

  @AfterAll
  static void stop() throws Exception {
    if (browser != null) {
      browser.close();
    }
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void forget() {
    browser.forget();
  }

  @AfterEach
  void shouldLoadNothingFromElsewhere() {
    assertThat(browser.requested()).isNotEmpty().allMatch(url -> url.startsWith(page));
  }

  @Test
  void shouldTellADigitThatIsDrawnWithTheMouse() throws Exception {
    // given
    openDigits(1280, false);
    assertThat(browser.text(".said")).isEqualTo("Nothing is drawn yet");

    // when
    browser.drag("canvas", ONE);

    // then
    browser.await("document.querySelector('.said strong')?.textContent === '1'");
    assertThat(browser.value("document.querySelectorAll('.answer .bar').length").getAsInt())
        .isEqualTo(10);
    assertThat(browser.text(".answer .chosen .name")).isEqualTo("1");
    assertThat(browser.text(".curl")).startsWith("curl -s " + page + "classify_digit -H");

    // when
    browser.value("document.querySelector('.clear').click()");
    browser.drag("canvas", SEVEN);

    // then
    browser.await("document.querySelector('.said strong')?.textContent === '7'");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void shouldTellADigitThatIsDrawnWithAFingerOnAPhone() throws Exception {
    openDigits(375, true);
    browser.swipe("canvas", SEVEN);
    browser.await("document.querySelector('.said strong')?.textContent === '7'");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void shouldTellADigitThatIsDrawnWithKeys() throws Exception {
    // given
    openDigits(1280, false);
    for (int tabs = 0; tabs < 10 && !isOnPaper(); tabs++) {
      browser.press("Tab", 9, 1);
    }
    assertThat(isOnPaper()).isTrue();

    // when
    browser.press(" ", 32, 1);
    browser.press("ArrowDown", 40, 15);
    browser.press(" ", 32, 1);

    // then
    browser.await("document.querySelector('.said strong')?.textContent === '1'");
    assertThat(browser.text(".pen-state")).isEqualTo("Pen up");

    // when
    browser.press("Delete", 46, 1);

    // then
    assertThat(browser.text(".said")).isEqualTo("Nothing is drawn yet");
    assertThat(browser.complaints()).isEmpty();
  }

  private static boolean isOnPaper() throws Exception {
    return browser.value("document.activeElement.tagName === 'CANVAS'").getAsBoolean();
  }

  @Test
  void shouldTellADigitOfAPictureFile(@TempDir Path folder) throws Exception {
    // given
    BufferedImage picture = new BufferedImage(500, 300, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = picture.createGraphics();
    pen.setColor(Color.WHITE);
    pen.fillRect(0, 0, 500, 300);
    pen.setColor(Color.DARK_GRAY);
    pen.setStroke(new BasicStroke(16));
    pen.drawLine(350, 60, 345, 240);
    pen.dispose();
    Path file = folder.resolve("one.jpg");
    ImageIO.write(picture, "jpg", file.toFile());
    openDigits(1280, false);

    // when
    browser.choose(".ask input[type=file]", file);

    // then
    browser.await("document.querySelector('.said strong')?.textContent === '1'");
    assertThat(browser.complaints()).isEmpty();
  }

  private static void openDigits(int width, boolean isPhone) throws Exception {
    browser.open(page + "#digits", width, 800, isPhone);
    browser.await("document.querySelector('canvas')");
  }

  @Test
  void shouldTellTheProbabilityOfACustomerAndWhatMovedIt() throws Exception {
    // given
    openForm("bank");

    // when
    fill("age", "33");
    fill("balance", "");
    choose("job", "services");
    fill("day", "2");

    // then
    double expected = TestServer.BANK.probability(BankModel.row(33, null, 2, "services"));
    awaitProbability(expected);
    assertThat(browser.text(".answer .note")).contains("says no").contains("yes above 50.0 %");

    // then: the bars tell the difference to the average with the values of the two example rows
    double withTheirAges =
        (TestServer.BANK.probability(BankModel.row(59, null, 2, "services"))
                + TestServer.BANK.probability(BankModel.row(18, null, 2, "services")))
            / 2;
    browser.await(
        "[...document.querySelectorAll('.moved .bar')].some(b => b.textContent.startsWith('age 33'))");
    String moved =
        browser
            .value(
                "[...document.querySelectorAll('.moved .bar')].find(b =>"
                    + " b.textContent.startsWith('age')).querySelector('.value').textContent")
            .getAsString();
    assertThat(Double.parseDouble(moved.replace('−', '-')))
        .isCloseTo(100 * (expected - withTheirAges), within(0.051));
    List<Double> sizes =
        browser
            .value(
                "[...document.querySelectorAll('.moved .value')].map(v => v.textContent.replace('−', '-')).join()")
            .getAsString()
            .transform(all -> List.of(all.split(",", -1)))
            .stream()
            .map(v -> Math.abs(Double.parseDouble(v)))
            .toList();
    assertThat(sizes).hasSize(4).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    assertThat(browser.text(".moved .note")).contains("2 example rows");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void shouldSendTheRequestAsAPersonEditedIt() throws Exception {
    // given
    openForm("bank");

    // when
    String body = "{\"instances\": [{\"age\": 70, \"job\": \"it's unheard of\"}]}";
    browser.value(
        "(t => {t.value = "
            + Browser.quoted(body)
            + "; t.dispatchEvent(new Event('input', {bubbles: true}))})(document.querySelector('.raw textarea'))");
    browser.value("document.querySelector('.send').click()");

    // then
    awaitProbability(TestServer.BANK.probability(BankModel.row(70, null, null, "it's unheard of")));
    assertThat(browser.text(".curl"))
        .isEqualTo(
            "curl -s "
                + page
                + "v1/models/bank:predict -H 'content-type: application/json' -d '"
                + body.replace("'", "'\\''")
                + "'");
    assertThat(browser.text(".response")).contains("\"predictions\"");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void shouldShowWhatIsWrongBesideTheField() throws Exception {
    // given
    openForm("bank");

    // when
    fill("age", "17");

    // then
    browser.await("!document.querySelector('.problem').hidden");
    assertThat(browser.text(".problem"))
        .isEqualTo("instances[0].age is 17.0, but must be from 18 to 120");
    assertThat(browser.text("#field-age-wrong")).isEqualTo("is 17.0, but must be from 18 to 120");
    assertThat(browser.value("document.getElementById('field-age').ariaInvalid").getAsString())
        .isEqualTo("true");
    assertThat(browser.complaints()).hasSize(1).first().asString().contains("status of 400");

    // when
    fill("age", "18");

    // then
    browser.await("document.querySelector('.problem').hidden");
    assertThat(browser.text("#field-age-wrong")).isEmpty();
  }

  @Test
  void shouldHaveAFormForAnyOtherModel() throws Exception {
    openForm("wine");
    assertThat(browser.value("document.querySelectorAll('.field').length").getAsInt())
        .isEqualTo(13);
    assertThat(browser.value("document.querySelectorAll('.answer .bar').length").getAsInt())
        .isEqualTo(3);
    assertThat(browser.text(".said")).isEqualTo("0 with 94.2 %");
    fill("proline", "400");
    browser.await("document.querySelector('.said strong')?.textContent === '1'");
    assertThat(browser.complaints()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bank", "digits", "wine"})
  void shouldFitOnAPhone(String model) throws Exception {
    browser.open(page + "#" + model, 375, 740, true);
    browser.await("document.querySelector('.answer .bar')");
    assertThat(browser.value("document.documentElement.scrollWidth").getAsInt()).isEqualTo(375);
    // What a finger has to hit
    browser.await(
        "[...document.querySelectorAll('a, button, input:not([hidden]), select')].filter(e =>"
            + " e.offsetParent).every(e => e.getBoundingClientRect().height >= 36)");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void shouldDoWithTheModelsThatThereAre(@TempDir Path folder) throws Exception {
    try (TestServer small = TestServer.of(TestServer.copy("wine", folder), "wine")) {
      browser.open("http://127.0.0.1:" + small.port() + "/#digits", 1280, 800, false);
      browser.await("document.querySelector('.said strong')?.textContent === '0'");
      assertThat(browser.text("nav")).isEqualTo("wine");
      assertThat(browser.complaints()).isEmpty();
      browser.open(page, 1280, 800, false); // leaves the server that is about to stop
      browser.await("document.querySelector('.answer .bar')");
    }
    browser.forget();
    browser.open(page, 1280, 800, false);
    browser.await("document.querySelector('.answer .bar')");
  }

  @Test
  void shouldWaitForAModelThatIsNotThereYet(@TempDir Path folder) throws Exception {
    try (TestServer late = TestServer.of(folder, "bank")) {
      // given
      String address = "http://127.0.0.1:" + late.port() + "/";
      browser.open(address, 1280, 800, false);
      browser.await("document.querySelector('.problem')");
      assertThat(browser.text(".problem")).startsWith("model bank has no version yet");

      // when
      TestServer.BANK.publish(folder, "bank", TestServer.MONDAY);

      // then
      browser.await("document.querySelector('.said strong')");
      browser.open(page, 1280, 800, false); // leaves the server that is about to stop
      browser.await("document.querySelector('.answer .bar')");
    }
    browser.forget();
    browser.open(page, 1280, 800, false);
    browser.await("document.querySelector('.answer .bar')");
  }

  @Test
  void shouldGoFromModelToModel() throws Exception {
    openForm("wine");
    browser.value(
        "[...document.querySelectorAll('nav a')].find(a => a.textContent === 'digits').click()");
    browser.await("document.querySelector('canvas')");
    assertThat(browser.text("nav [aria-current]")).isEqualTo("digits");
    browser.value("history.back()");
    browser.await("document.getElementById('field-proline')");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void shouldRunNothingThatWasSmuggledIntoThePage() throws Exception {
    // given
    openForm("bank");

    // when
    browser.value(
        "document.head.append(Object.assign(document.createElement('script'), {textContent: 'window.smuggled = 1'}))");
    browser.value(
        "document.body.append(Object.assign(document.createElement('img'), {src: 'https://example.com/x.png'}))");

    // then
    Eventually.isTrue(() -> browser.complaints().size() == 2);
    assertThat(browser.complaints()).allMatch(c -> c.contains("Content Security Policy"));
    assertThat(browser.value("window.smuggled === undefined").getAsBoolean()).isTrue();
  }

  private static void openForm(String model) throws Exception {
    browser.open(page + "#" + model, 1280, 900, false);
    browser.await("document.querySelector('.said strong')");
  }

  private static void fill(String field, String value) throws Exception {
    browser.value(
        "(f => {f.value = "
            + Browser.quoted(value)
            + "; f.dispatchEvent(new Event('input', {bubbles: true}))})(document.getElementById('field-"
            + field
            + "'))");
  }

  private static void choose(String field, String option) throws Exception {
    fill(field, option);
  }

  private static void awaitProbability(double expected) throws Exception {
    browser.await(
        "document.querySelector('.response').textContent.includes('\"probability\"') &&"
            + " Math.abs(JSON.parse(document.querySelector('.response').textContent).predictions[0].probability - "
            + expected
            + ") < 1e-12");
    browser.await(
        "document.querySelector('.said').textContent === ("
            + expected
            + " * 100).toFixed(1) + ' % for yes'");
  }
}
