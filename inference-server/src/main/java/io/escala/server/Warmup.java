package io.escala.server;

import io.escala.inference.BundleVersion;
import io.escala.inference.Model;
import io.escala.inference.ModelListener;
import io.escala.inference.Models;
import io.escala.inference.NoModelException;
import io.escala.inference.http.InferenceApi;
import io.escala.inference.http.Limits;
import io.escala.inference.http.Request;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Asks each model what it was asked in training, until the code that answers is loaded and mostly
 * compiled, so that the first client does not wait for that. Nothing of it is counted or logged.
 */
final class Warmup {
  private static final int ROUNDS = 300;
  private static final Duration LONGEST = Duration.ofSeconds(1);

  private Warmup() {}

  static void run(Models models, Limits limits) {
    InferenceApi api = new InferenceApi(models, limits, new Silence());
    long end = System.nanoTime() + LONGEST.toNanos();
    for (String name : models.names()) {
      golden(models, name).ifPresent(body -> ask(api, name, body, end));
    }
  }

  private static Optional<String> golden(Models models, String name) {
    try {
      return Optional.of(GoldenRequest.predict(models.use(name, Model::manifest)));
    } catch (NoModelException e) {
      return Optional.empty(); // it will be cold when it comes
    }
  }

  private static void ask(InferenceApi api, String model, String body, long end) {
    Request request =
        new Request(
            "POST",
            "/v1/models/" + model + ":predict",
            Map.of("content-type", "application/json"),
            StandardCharsets.UTF_8.encode(body));
    for (int round = 0; round < ROUNDS && System.nanoTime() < end; round++) {
      api.handle(request);
    }
  }

  private static final class Silence implements ModelListener {
    @Override
    public void loaded(String model, BundleVersion version, String engine, Duration took) {}

    @Override
    public void refused(String model, String reason) {}

    @Override
    public void unreachable(String model, String reason) {}

    @Override
    public void failed(String model, String reason) {}
  }
}
