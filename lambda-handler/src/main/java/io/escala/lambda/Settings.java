package io.escala.lambda;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the function's environment says.
 *
 * @param modelsUri {@code ESCALA_MODELS_URI}: {@code s3://bucket/prefix}, a {@code file:} URI or a
 *     folder
 * @param models {@code ESCALA_MODELS}: the names of the models to serve from there, separated by
 *     commas
 * @param refresh {@code ESCALA_REFRESH_SECONDS}: how long a version is served before a newer one is
 *     looked for; 30
 */
record Settings(String modelsUri, List<String> models, Duration refresh) {
  private static final String DEFAULT_REFRESH = "30";

  /**
   * @throws IllegalArgumentException that lists everything that is wrong
   */
  static Settings from(Map<String, String> environment) {
    List<String> mistakes = new ArrayList<>();
    String uri = environment.getOrDefault("ESCALA_MODELS_URI", "").strip();
    if (uri.isEmpty()) {
      mistakes.add(
          "ESCALA_MODELS_URI is not set: it says where the models are, as in s3://bucket/models");
    } else if (uri.contains("://") && !uri.startsWith("s3://") && !uri.startsWith("file://")) {
      mistakes.add(
          "ESCALA_MODELS_URI is "
              + uri
              + ", but must be s3://bucket/prefix, a file: URI or a folder");
    }
    List<String> models =
        Arrays.stream(environment.getOrDefault("ESCALA_MODELS", "").split(",", -1))
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .distinct()
            .toList();
    if (models.isEmpty()) {
      mistakes.add(
          "ESCALA_MODELS is not set: it names the models to serve, separated by commas, as in bank");
    }
    String refresh = environment.getOrDefault("ESCALA_REFRESH_SECONDS", DEFAULT_REFRESH).strip();
    if (!refresh.matches("[1-9]\\d{0,5}")) {
      mistakes.add(
          "ESCALA_REFRESH_SECONDS is "
              + refresh
              + ", but must be a whole number of seconds, at least 1");
    }
    if (!mistakes.isEmpty()) {
      throw new IllegalArgumentException(
          "the function's environment is incomplete: " + String.join("; ", mistakes));
    }
    return new Settings(uri, models, Duration.ofSeconds(Long.parseLong(refresh)));
  }

  /** The folder that the URI names, unless it is in S3. */
  Optional<Path> folder() {
    if (modelsUri.startsWith("s3://")) {
      return Optional.empty();
    }
    return Optional.of(
        modelsUri.startsWith("file:") ? Path.of(URI.create(modelsUri)) : Path.of(modelsUri));
  }
}
