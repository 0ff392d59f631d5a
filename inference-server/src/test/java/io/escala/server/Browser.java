package io.escala.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Chromium without a window, led through its DevTools protocol. */
final class Browser implements AutoCloseable, WebSocket.Listener {
  private static final int PATIENCE_SECONDS = 30;
  private static final Pattern ADDRESS = Pattern.compile("ws://(127\\.0\\.0\\.1:\\d+)/");
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome");
  private static final Path ON_A_MAC =
      Path.of("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");

  private final Process process;
  private final Path profile;
  private final WebSocket socket;
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonObject>> waiting = new ConcurrentHashMap<>();
  private final StringBuilder message = new StringBuilder();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private final Map<String, String> requested = new ConcurrentHashMap<>();

  /** The browser of this machine, if it has one that speaks the protocol. */
  static Optional<String> installed() {
    Stream<Path> onPath =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
            .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)));
    return Stream.concat(onPath, Stream.of(ON_A_MAC))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }

  Browser(String executable) throws Exception {
    profile = Files.createTempDirectory("escala-browser");
    List<String> command =
        new ArrayList<>(
            List.of(
                executable,
                "--headless=new",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "--no-first-run",
                "--no-default-browser-check",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-extensions",
                "--hide-scrollbars"));
    if (System.getProperty("user.name").equals("root")) {
      command.add("--no-sandbox"); // Chromium refuses to start otherwise
    }
    command.add("about:blank");
    process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectErrorStream(false)
            .start();
    HttpClient http = HttpClient.newHttpClient();
    String pages =
        http.send(
                HttpRequest.newBuilder(URI.create("http://" + address() + "/json/list")).build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    String page =
        JsonParser.parseString(pages).getAsJsonArray().asList().stream()
            .map(JsonElement::getAsJsonObject)
            .filter(target -> target.get("type").getAsString().equals("page"))
            .findFirst()
            .orElseThrow()
            .get("webSocketDebuggerUrl")
            .getAsString();
    socket =
        http.newWebSocketBuilder()
            .buildAsync(URI.create(page), this)
            .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    for (String domain : List.of("Page", "Runtime", "Log", "Network", "DOM")) {
      command(domain + ".enable", Map.of());
    }
  }

  /** Where it listens, as it says on its standard error; what it says there later is dropped. */
  private String address() throws Exception {
    CompletableFuture<String> said = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> {
              StringBuilder all = new StringBuilder();
              try (BufferedReader lines =
                  new BufferedReader(new InputStreamReader(process.getErrorStream(), UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                  Matcher matcher = ADDRESS.matcher(line);
                  if (matcher.find()) {
                    said.complete(matcher.group(1));
                  }
                  if (!said.isDone()) {
                    all.append(line).append('\n');
                  }
                }
              } catch (IOException e) {
                all.append(e);
              }
              said.completeExceptionally(new IOException("the browser did not start: " + all));
            },
            "browser-says");
    reader.setDaemon(true);
    reader.start();
    return said.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** Loads a page from the start, with a window of this size. */
  void open(String url, int width, int height, boolean isPhone) throws Exception {
    command(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", isPhone));
    command("Emulation.setTouchEmulationEnabled", Map.of("enabled", isPhone));
    command("Page.navigate", Map.of("url", "about:blank"));
    command("Page.navigate", Map.of("url", url));
  }

  /** The value of an expression, a promise's once it is there. */
  JsonElement value(String expression) throws Exception {
    JsonObject answer =
        command(
            "Runtime.evaluate",
            Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
    if (answer.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + answer);
    }
    return answer.getAsJsonObject("result").get("value");
  }

  /** The text of the first element of a selector; empty if there is none. */
  String text(String selector) throws Exception {
    return value("document.querySelector(" + quoted(selector) + ")?.textContent ?? ''")
        .getAsString();
  }

  /** Waits until an expression is true. */
  void await(String expression) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      JsonElement value = value("Boolean(" + expression + ")");
      if (value != null && value.getAsBoolean()) {
        return;
      }
      if (System.nanoTime() > end) {
        throw new AssertionError(
            expression
                + " did not come true; the page says: "
                + text("main")
                + "; the browser says: "
                + complaints);
      }
      Thread.sleep(20);
    }
  }

  /** Presses the mouse, leads it along points of an element, and lets it go. */
  void drag(String selector, int[]... points) throws Exception {
    JsonObject box = box(selector);
    mouse("mousePressed", box, points[0]);
    for (int[] point : points) {
      mouse("mouseMoved", box, point);
    }
    mouse("mouseReleased", box, points[points.length - 1]);
  }

  /** The same with a finger. */
  void swipe(String selector, int[]... points) throws Exception {
    JsonObject box = box(selector);
    touch("touchStart", box, points[0]);
    for (int[] point : points) {
      touch("touchMove", box, point);
    }
    command("Input.dispatchTouchEvent", Map.of("type", "touchEnd", "touchPoints", List.of()));
  }

  private JsonObject box(String selector) throws Exception {
    return JsonParser.parseString(
            value(
                    "(e => {e.scrollIntoView({block: 'nearest'});"
                        + " return JSON.stringify(e.getBoundingClientRect())})(document.querySelector("
                        + quoted(selector)
                        + "))")
                .getAsString())
        .getAsJsonObject();
  }

  private void mouse(String type, JsonObject box, int... point) throws Exception {
    command(
        "Input.dispatchMouseEvent",
        Map.of(
            "type",
            type,
            "x",
            box.get("x").getAsDouble() + point[0],
            "y",
            box.get("y").getAsDouble() + point[1],
            "button",
            "left",
            "buttons",
            1,
            "clickCount",
            1));
  }

  private void touch(String type, JsonObject box, int... point) throws Exception {
    Map<String, Double> place =
        Map.of(
            "x", box.get("x").getAsDouble() + point[0],
            "y", box.get("y").getAsDouble() + point[1]);
    command("Input.dispatchTouchEvent", Map.of("type", type, "touchPoints", List.of(place)));
  }

  /**
   * Presses a key so many times.
   *
   * @param key as in {@code KeyboardEvent.key}
   * @param code as Windows numbers it, which the protocol wants
   */
  void press(String key, int code, int times) throws Exception {
    for (int i = 0; i < times; i++) {
      for (String type : List.of("rawKeyDown", "keyUp")) {
        command(
            "Input.dispatchKeyEvent",
            Map.of("type", type, "key", key, "windowsVirtualKeyCode", code));
      }
    }
  }

  /** Chooses a file in an input for files. */
  void choose(String selector, Path file) throws Exception {
    JsonObject input =
        command(
            "Runtime.evaluate",
            Map.of("expression", "document.querySelector(" + quoted(selector) + ")"));
    command(
        "DOM.setFileInputFiles",
        Map.of(
            "files",
            List.of(file.toString()),
            "objectId",
            input.getAsJsonObject("result").get("objectId").getAsString()));
  }

  /** Errors of scripts, breaches of the policy, answers that are no success. */
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** Every address that was asked for, without those that the page's own policy forbade. */
  List<String> requested() {
    return List.copyOf(requested.values());
  }

  /** Begins a new account of both. */
  void forget() {
    complaints.clear();
    requested.clear();
  }

  private JsonObject command(String method, Map<String, ?> parameters) throws Exception {
    int id = ids.incrementAndGet();
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    String text = new Gson().toJson(Map.of("id", id, "method", method, "params", parameters));
    socket.sendText(text, true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    JsonObject whole = answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (whole.has("error")) {
      throw new AssertionError(method + ": " + whole.get("error"));
    }
    return whole.getAsJsonObject("result");
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    message.append(data);
    if (last) {
      JsonObject whole = JsonParser.parseString(message.toString()).getAsJsonObject();
      message.setLength(0);
      if (whole.has("id")) {
        waiting.remove(whole.get("id").getAsInt()).complete(whole);
      } else {
        happened(whole.get("method").getAsString(), whole.getAsJsonObject("params"));
      }
    }
    from.request(1);
    return null;
  }

  private void happened(String event, JsonObject details) {
    switch (event) {
      case "Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled" ->
          complaints.add(details.toString());
      case "Network.requestWillBeSent" -> {
        String url = details.getAsJsonObject("request").get("url").getAsString();
        if (!url.equals("about:blank")) {
          requested.put(details.get("requestId").getAsString(), url);
        }
      }
      case "Network.loadingFailed" -> {
        if (details.has("blockedReason")) {
          requested.remove(details.get("requestId").getAsString());
        }
      }
      default -> {}
    }
  }

  static String quoted(String text) {
    return new Gson().toJson(text);
  }

  @Override
  public void close() throws IOException {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(each -> each.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join());
    try (Stream<Path> files = Files.walk(profile)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
