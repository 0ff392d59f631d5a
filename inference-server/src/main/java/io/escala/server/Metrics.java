package io.escala.server;

import io.escala.inference.BundleVersion;
import io.escala.inference.Manifest;
import io.escala.inference.Predictions;
import io.escala.inference.http.PredictionListener;
import io.escala.inference.http.Route;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * What is counted, as Prometheus reads it. Labels are routes, models and classes: a bounded set.
 */
final class Metrics implements PredictionListener {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ExpositionFormats formats = ExpositionFormats.init();
  private final Counter requests;
  private final Histogram seconds;
  private final Counter rejected;
  private final Counter predictions;
  private final Counter refusedVersions;
  private final Info model;
  private final Map<String, String> versions = new ConcurrentHashMap<>();

  /**
   * @param inFlight requests that have begun and not ended
   * @param waiting requests that wait to be scored
   * @param connections open ones
   */
  Metrics(LongSupplier inFlight, LongSupplier waiting, LongSupplier connections) {
    requests =
        Counter.builder()
            .name("escala_http_requests_total")
            .help("Requests answered, by route, method and status.")
            .labelNames("route", "method", "status")
            .register(registry);
    seconds =
        Histogram.builder()
            .name("escala_http_request_seconds")
            .help("From a request's first byte to the last of its answer.")
            .labelNames("route")
            .classicOnly()
            .classicUpperBounds(
                0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
            .register(registry);
    rejected =
        Counter.builder()
            .name("escala_rejected_inputs_total")
            .help("Requests to a model that were answered with a 4xx, by model and status.")
            .labelNames("model", "status")
            .register(registry);
    predictions =
        Counter.builder()
            .name("escala_predictions_total")
            .help("Rows scored, by model and predicted class.")
            .labelNames("model", "class")
            .register(registry);
    refusedVersions =
        Counter.builder()
            .name("escala_model_versions_refused_total")
            .help("Versions that were published but will not be served.")
            .labelNames("model")
            .register(registry);
    model =
        Info.builder()
            .name("escala_model_info")
            .help("1 for the version of a model that is in service.")
            .labelNames("model", "version")
            .register(registry);
    gauge("escala_http_requests_in_flight", "Requests begun and not ended.", inFlight);
    gauge("escala_http_requests_waiting", "Requests that wait to be scored.", waiting);
    gauge("escala_http_connections", "Open connections.", connections);
    JvmMetrics.builder().register(registry);
  }

  private void gauge(String name, String help, LongSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(c -> c.call((double) value.getAsLong()))
        .register(registry);
  }

  void answered(Route route, String method, int status, Duration took) {
    String code = Integer.toString(status);
    requests.labelValues(route.template(), known(method), code).inc();
    seconds.labelValues(route.template()).observe(took.toNanos() / 1e9);
    if (route.model().isPresent() && status >= 400 && status < 500) {
      rejected.labelValues(route.model().get(), code).inc();
    }
  }

  static String known(String method) {
    return List.of("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH").contains(method)
        ? method
        : Route.OTHER.template();
  }

  @Override
  public void predicted(Manifest manifest, Predictions answered) {
    int[] counts = new int[manifest.classes().size()];
    for (int row = 0; row < answered.size(); row++) {
      counts[answered.labelIndex(row)]++;
    }
    for (int c = 0; c < counts.length; c++) {
      if (counts[c] > 0) {
        predictions.labelValues(manifest.name(), manifest.classes().get(c)).inc(counts[c]);
      }
    }
  }

  void loaded(String name, BundleVersion version) {
    model.addLabelValues(name, version.text());
    String before = versions.put(name, version.text());
    if (before != null) {
      model.remove(name, before);
    }
  }

  void refused(String name) {
    refusedVersions.labelValues(name).inc();
  }

  /**
   * @param type its content type
   * @param body of {@code GET /metrics}
   */
  record Page(String type, ByteBuffer body) {}

  /**
   * OpenMetrics for a client that asks for it, else the older Prometheus text.
   *
   * @param accept the request's header; may be null
   */
  Page page(String accept) {
    ExpositionFormatWriter writer = formats.findWriter(accept);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try {
      writer.write(body, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return new Page(writer.getContentType(), ByteBuffer.wrap(body.toByteArray()));
  }
}
