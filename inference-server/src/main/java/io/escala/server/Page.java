package io.escala.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The page for people at {@code /}: a few files of this jar, each read when it is first asked for.
 * The browser is told to load nothing from anywhere else and to run nothing that is not in them.
 */
final class Page {
  /** Where the files are that the page is made of. */
  static final String FOLDER = "/page/";

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final Map<String, String> TYPES =
      Map.of(
          "/", "text/html; charset=utf-8",
          "/page/page.css", "text/css; charset=utf-8",
          "/page/page.js", "text/javascript; charset=utf-8",
          "/page/api.js", "text/javascript; charset=utf-8",
          "/page/bars.js", "text/javascript; charset=utf-8",
          "/page/digit.js", "text/javascript; charset=utf-8",
          "/page/form.js", "text/javascript; charset=utf-8",
          "/page/moved.js", "text/javascript; charset=utf-8",
          "/page/raw.js", "text/javascript; charset=utf-8",
          "/page/icon.svg", "image/svg+xml");

  private static final Map<String, File> FILES = new ConcurrentHashMap<>();

  private Page() {}

  /** Whether a file of the page has this path. */
  static boolean knows(String path) {
    return TYPES.containsKey(path);
  }

  /** The file of a {@link #knows known} path. */
  static File file(String path) {
    return FILES.computeIfAbsent(path, Page::read);
  }

  /**
   * Whether a client would rather have the page than JSON. Programs ask for anything, or say
   * nothing: they get JSON.
   *
   * @param accept the request's header; null if it has none
   */
  static boolean isWanted(String accept) {
    if (accept == null) {
      return false;
    }
    double html = 0;
    double json = 0;
    boolean jsonIsNamed = false;
    for (String entry : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
      String[] parts = entry.split(";", -1);
      double quality = quality(parts);
      switch (parts[0].strip()) {
        case "text/html", "application/xhtml+xml" -> html = Math.max(html, quality);
        case "application/json" -> {
          json = quality;
          jsonIsNamed = true;
        }
        case "application/*", "*/*" -> json = jsonIsNamed ? json : Math.max(json, quality);
        default -> {}
      }
    }
    return html > json;
  }

  private static double quality(String... parts) {
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip();
      if (parameter.startsWith("q=")) {
        try {
          return Double.parseDouble(parameter.substring(2));
        } catch (NumberFormatException e) {
          return 0;
        }
      }
    }
    return 1;
  }

  private static File read(String path) {
    String resource = path.equals("/") ? "page/index.html" : path.substring(1);
    try (InputStream in = Page.class.getResourceAsStream(resource)) {
      byte[] body = in.readAllBytes();
      String tag =
          "\""
              + HexFormat.of()
                  .formatHex(MessageDigest.getInstance("SHA-256").digest(body))
                  .substring(0, 16)
              + "\"";
      return new File(TYPES.get(path), tag, new String(body, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(resource + " of this server's jar cannot be read", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * A file of the page.
   *
   * @param type its content type
   * @param tag changes when it does
   * @param text in UTF-8
   */
  record File(String type, String tag, String text) {
    byte[] body() {
      return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether a browser that says this has it already. */
    boolean isKnown(String ifNoneMatch) {
      return ifNoneMatch != null && ifNoneMatch.contains(tag);
    }

    /** A browser may keep it, but asks each time: a new server may bring a new page. */
    Map<String, String> headers() {
      return Map.of(
          "content-type", type,
          "etag", tag,
          "cache-control", "no-cache",
          "vary", "accept",
          "content-security-policy", POLICY,
          "x-content-type-options", "nosniff",
          "referrer-policy", "no-referrer",
          "cross-origin-opener-policy", "same-origin",
          "cross-origin-resource-policy", "same-origin");
    }
  }
}
