package io.escala.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the page at / is made of and how it is sent. What it does is in PageInBrowserTest. */
class PageTest {
  private static final String BROWSERS_ACCEPT =
      "accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
  private static final Pattern FILE = Pattern.compile("[\"'](?:\\./|page/)([a-z]+\\.[a-z]+)[\"']");
  private static final int LARGEST = 60_000;

  @TempDir static Path root;
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.of(TestServer.models(root), "bank", "wine");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8 | page",
        "text/html                                  | page",
        "TEXT/HTML; charset=utf-8                   | page",
        "application/json;q=0.5, text/html          | page",
        "                                           | JSON",
        "*/*                                        | JSON",
        "application/json                           | JSON",
        "application/json, text/html                | JSON",
        "application/json, text/html;q=0.9          | JSON",
        "text/html;q=0                              | JSON",
        "text/html;q=high                           | JSON",
        "image/png                                  | JSON"
      })
  void shouldGiveThePageToBrowsersAndJsonToPrograms(String accept, String expected)
      throws IOException {
    // when
    Wire.Answer answer = accept == null ? get("/") : get("/", "accept: " + accept);

    // then
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers()).containsEntry("vary", "accept");
    if (expected.equals("page")) {
      assertThat(answer.headers()).containsEntry("content-type", "text/html; charset=utf-8");
      assertThat(answer.body()).startsWith("<!doctype html>");
    } else {
      assertThat(answer.headers()).containsEntry("content-type", "application/json");
      assertThat(answer.json().get("name")).isEqualTo("escala");
    }
  }

  @Test
  void shouldForbidTheBrowserEverythingThatThePageDoesNotNeed() throws IOException {
    for (String path : files()) {
      Wire.Answer answer = get(path, BROWSERS_ACCEPT);
      assertThat(answer.status()).as(path).isEqualTo(200);
      assertThat(answer.headers().get("content-security-policy").split("; ?", -1))
          .as(path)
          .containsExactlyInAnyOrder(
              "default-src 'none'",
              "script-src 'self'",
              "style-src 'self'",
              "img-src 'self'",
              "connect-src 'self'",
              "base-uri 'none'",
              "form-action 'none'",
              "frame-ancestors 'none'");
      assertThat(answer.headers())
          .as(path)
          .containsEntry("x-content-type-options", "nosniff")
          .containsEntry("referrer-policy", "no-referrer")
          .containsEntry("cross-origin-opener-policy", "same-origin")
          .containsEntry("cross-origin-resource-policy", "same-origin");
    }
  }

  @Test
  void shouldHaveNothingInlineAndNothingFromElsewhere() throws IOException {
    String html = get("/", BROWSERS_ACCEPT).body();
    assertThat(html)
        .doesNotContainPattern("<script(?![^>]* src=)")
        .doesNotContainPattern("<style|\\sstyle=|\\son[a-z]+=|javascript:");
    int size = 0;
    for (String path : files()) {
      String body = get(path, BROWSERS_ACCEPT).body();
      size += body.length();
      assertThat(body.replace("http://www.w3.org/2000/svg", "")).as(path).doesNotContain("://");
    }
    assertThat(files()).hasSizeGreaterThan(5);
    assertThat(size).isLessThan(LARGEST);
  }

  @Test
  void shouldSendAFileAgainOnlyIfItChanged() throws IOException {
    for (String path : files()) {
      Wire.Answer first = get(path, BROWSERS_ACCEPT);
      assertThat(first.headers()).containsEntry("cache-control", "no-cache");

      Wire.Answer same =
          get(path, BROWSERS_ACCEPT, "if-none-match: " + first.headers().get("etag"));
      assertThat(same.status()).as(path).isEqualTo(304);
      assertThat(same.body()).isEmpty();
      assertThat(same.headers()).containsEntry("etag", first.headers().get("etag"));

      Wire.Answer other = get(path, BROWSERS_ACCEPT, "if-none-match: \"0123456789abcdef\"");
      assertThat(other.status()).as(path).isEqualTo(200);
      assertThat(other.body()).isEqualTo(first.body());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET  | /page/other.js        | 404",
        "GET  | /page/                | 404",
        "GET  | /page/../page/page.js | 404",
        "POST | /page/page.js         | 405",
        "POST | /                     | 405",
        "PUT  | /                     | 405",
        "GET  | /favicon.ico          | 404",
        "GET  | /models/other         | 404",
        "POST | /models/bank          | 405"
      })
  void shouldSayWhatIsWrong(String method, String path, int status) throws IOException {
    Wire.Answer answer = ask(method, path, BROWSERS_ACCEPT);
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.error()).isNotEmpty();
  }

  @Test
  void shouldCountThePageUnderItsOwnRoutes() throws IOException {
    get("/page/page.js");
    get("/models/bank");
    assertThat(
            server.metric(
                "escala_http_requests_total{method=\"GET\",route=\"/page/{file}\",status=\"200\"}"))
        .isPositive();
    assertThat(
            server.metric(
                "escala_http_requests_total{method=\"GET\",route=\"/models/{model}\",status=\"200\"}"))
        .isPositive();
  }

  /** The page and every file that it, or one of its files, names. */
  private static Set<String> files() throws IOException {
    Set<String> found = new LinkedHashSet<>(List.of("/"));
    for (List<String> next = List.of("/"); !next.isEmpty(); ) {
      List<String> named = new ArrayList<>();
      for (String path : next) {
        Matcher matcher = FILE.matcher(get(path, BROWSERS_ACCEPT).body());
        while (matcher.find()) {
          if (found.add("/page/" + matcher.group(1))) {
            named.add("/page/" + matcher.group(1));
          }
        }
      }
      next = named;
    }
    return found;
  }

  private static Wire.Answer get(String path, String... headers) throws IOException {
    return ask("GET", path, headers);
  }

  private static Wire.Answer ask(String method, String path, String... headers) throws IOException {
    String[] all = Arrays.copyOf(headers, headers.length + 1);
    all[headers.length] = "connection: close";
    try (Wire wire = server.wire()) {
      return wire.say(Wire.request(method, path, "", all)).answer();
    }
  }
}
