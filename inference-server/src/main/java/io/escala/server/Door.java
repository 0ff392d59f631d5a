package io.escala.server;

import io.escala.inference.http.InferenceApi;
import io.escala.inference.http.Request;
import io.escala.inference.http.Response;
import io.escala.inference.http.Route;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.util.Callback;

/**
 * HTTP's door to {@link InferenceApi}: takes a request in, lets the API answer on one of the
 * scoring threads, sends the answer. The threads that move bytes answer only what is short, and
 * never wait, so that health and metrics answer whatever the load.
 */
final class Door extends Handler.Abstract.NonBlocking implements RequestLog {
  static final String ROUTE = "escala.route";
  private static final String ID = "escala.id";

  /**
   * Of JSON: one row, or a few. With 64 rows in 7 kB answered there, a fifth more requests passed,
   * but one in a hundred took 20 to 77 ms instead of 6 to 9 ({@code bench/server}).
   */
  private static final int SHORT_BODY = 4 << 10;

  private static final Pattern CLIENTS_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final InferenceApi api;
  private final Readiness readiness;
  private final Routes routes;
  private final ServerLimits limits;
  private final Executor scorers;
  private final Metrics metrics;
  private final JsonLines log;
  private final SlowHeaders slowHeaders;
  private final AtomicInteger inFlight;
  private final Bodies bodies;
  private final String idPrefix = Integer.toHexString(ThreadLocalRandom.current().nextInt()) + "-";
  private final AtomicLong ids = new AtomicLong();
  private final AtomicLong begun = new AtomicLong();

  Door(
      InferenceApi api,
      Readiness readiness,
      Routes routes,
      ServerLimits limits,
      Executor scorers,
      Metrics metrics,
      JsonLines log,
      SlowHeaders slowHeaders,
      AtomicInteger inFlight) {
    this.api = api;
    this.readiness = readiness;
    this.routes = routes;
    this.limits = limits;
    this.scorers = scorers;
    this.metrics = metrics;
    this.log = log;
    this.slowHeaders = slowHeaders;
    this.inFlight = inFlight;
    this.bodies = new Bodies(limits.bufferedBytes());
  }

  /** How many requests there ever were. */
  long begun() {
    return begun.get();
  }

  @Override
  public boolean handle(
      org.eclipse.jetty.server.Request request,
      org.eclipse.jetty.server.Response response,
      Callback callback) {
    slowHeaders.requestBegins(request.getConnectionMetaData().getConnection());
    begun.incrementAndGet();
    inFlight.incrementAndGet();
    org.eclipse.jetty.server.Request.addCompletionListener(
        request, failure -> inFlight.decrementAndGet());
    // While a slow answer is in the making the connection is silent by right
    request.addIdleTimeoutListener(timeout -> false);

    String id = request.getHeaders().get("x-request-id");
    if (id == null || !CLIENTS_ID.matcher(id).matches()) {
      id = idPrefix + ids.incrementAndGet();
    }
    String path = Optional.ofNullable(request.getHttpURI().getPath()).orElse("");
    Route route = routes.of(path);
    request.setAttribute(ID, id);
    request.setAttribute(ROUTE, route);
    response.getHeaders().put("x-request-id", id);
    new Exchange(request, response, callback, route, path).begin();
    return true;
  }

  /** Jetty tells of every request that ended, those among them that never reached the door. */
  @Override
  public void log(
      org.eclipse.jetty.server.Request request, org.eclipse.jetty.server.Response response) {
    Duration took = Duration.ofNanos(System.nanoTime() - request.getBeginNanoTime());
    Route route = request.getAttribute(ROUTE) instanceof Route known ? known : Route.OTHER;
    int status = ProtocolErrors.status(request, response.getStatus());
    metrics.answered(route, request.getMethod(), status, took);
    log.request(
        (String) request.getAttribute(ID),
        Metrics.known(request.getMethod()),
        route.template(),
        status,
        org.eclipse.jetty.server.Response.getContentBytesWritten(response),
        response.getHeaders().get(Response.MODEL_VERSION),
        took);
    slowHeaders.requestEnds(request.getConnectionMetaData().getConnection());
  }

  /** One request and its answer. */
  private final class Exchange implements BodyReader.Sink, Runnable {
    private final org.eclipse.jetty.server.Request request;
    private final org.eclipse.jetty.server.Response response;
    private final Callback callback;
    private final Route route;
    private final String path;
    private final BodyReader reader;
    private ByteBuffer body;

    Exchange(
        org.eclipse.jetty.server.Request request,
        org.eclipse.jetty.server.Response response,
        Callback callback,
        Route route,
        String path) {
      this.request = request;
      this.response = response;
      this.callback = callback;
      this.route = route;
      this.path = path;
      this.reader = new BodyReader(request, limits, bodies, this);
    }

    void begin() {
      Optional<String> missing = route.model().flatMap(readiness::missing);
      if (missing.isPresent()) {
        reader.discard(503, missing.get());
      } else {
        reader.start();
      }
    }

    @Override
    public void arrived(ByteBuffer whole) {
      body = whole;
      switch (route.template()) {
        case Routes.METRICS -> answerMetrics();
        case "/v2/health/live" -> run();
        case "/v2/health/ready" -> {
          Optional<String> problem = readiness.problem();
          if (problem.isPresent() && request.getMethod().equals("GET")) {
            answer(503, Map.of("retry-after", "1"), ErrorJson.notReady(problem.get()));
          } else {
            run();
          }
        }
        case Routes.PAGE -> answerPage(Page.file(path));
        case "/" -> {
          if (Page.isWanted(request.getHeaders().get("accept"))) {
            answerPage(Page.file(path));
          } else {
            response.getHeaders().put(HttpHeader.VARY, "accept");
            score();
          }
        }
        default -> score();
      }
    }

    /**
     * To hand a short request over to another thread takes longer than to answer it, if no picture
     * has to be unpacked for it. It takes a few milliseconds at worst.
     */
    private boolean isShort() {
      return body.remaining() <= SHORT_BODY
          && route.model().isPresent()
          && readiness.isComputedInJava(route.model().get())
          && !route.template().equals("/classify_digit");
    }

    private void score() {
      if (isShort()) {
        run();
        return;
      }
      try {
        scorers.execute(this);
      } catch (RejectedExecutionException e) {
        refused(
            429,
            "as many requests as this server takes wait already: try again in a second",
            false);
      }
    }

    /** Has the API answer: on a scoring thread, or at once what costs nothing. */
    @Override
    public void run() {
      try {
        Response answer = api.handle(new Request(request.getMethod(), path, headers(), body));
        body = null;
        answer(answer.status(), answer.headers(), answer.body());
      } catch (Throwable e) {
        reader.done();
        log.problem("ERROR", "server-failed", "", e.toString());
        callback.failed(e);
      }
    }

    private Map<String, String> headers() {
      Map<String, String> headers = new HashMap<>();
      for (String name : Request.READ) {
        String value = request.getHeaders().get(name);
        if (value != null) {
          headers.put(name, value);
        }
      }
      return headers;
    }

    private void answerMetrics() {
      if (!request.getMethod().equals("GET")) {
        answer(405, Map.of("allow", "GET"), ErrorJson.of("this path answers GET"));
        return;
      }
      Metrics.Page page = metrics.page(request.getHeaders().get("accept"));
      write(200, Map.of("content-type", page.type()), page.body());
    }

    private void answerPage(Page.File file) {
      String method = request.getMethod();
      if (!method.equals("GET") && !method.equals("HEAD")) {
        answer(405, Map.of("allow", "GET, HEAD"), ErrorJson.of("this path answers GET"));
        return;
      }
      boolean known = file.isKnown(request.getHeaders().get("if-none-match"));
      write(
          known ? 304 : 200,
          file.headers(),
          known ? ByteBuffer.allocate(0) : ByteBuffer.wrap(file.body()));
    }

    @Override
    public void refused(int status, String message, boolean close) {
      if (close) {
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
      }
      Map<String, String> headers =
          status == 429 || status == 503 ? Map.of("retry-after", "1") : Map.of();
      boolean readinessAsked =
          status == 503 && request.getMethod().equals("GET") && Routes.asksForReadiness(route);
      answer(
          status,
          headers,
          readinessAsked
              ? ErrorJson.notReady(route.model().orElseThrow(), message)
              : ErrorJson.of(message));
    }

    @Override
    public void failed(Throwable failure) {
      callback.failed(failure);
    }

    private void answer(int status, Map<String, String> headers, String json) {
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
      write(status, headers, ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)));
    }

    private void write(int status, Map<String, String> headers, ByteBuffer content) {
      reader.done();
      response.setStatus(status);
      headers.forEach(response.getHeaders()::put);
      if (readiness.isStopping()) {
        // Clients with open connections go elsewhere, or come back on a new one while they may
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
      }
      response.write(true, content, callback);
    }
  }
}
