package io.escala.lambda;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the function's environment says.
 *
 * @param modelsUri {@code ESCALA_MODELS_URI}: {@code s3://bucket/prefix}, a {@code file:} URI or a
 *     folder; empty if nothing is served from elsewhere
 * @param models {@code ESCALA_MODELS}: the names of the models to serve from there, separated by
 *     commas
 * @param prebuilt the names of the models that travel in the function's zip, in its folder {@code
 *     models}; one that is to be served from elsewhere is not among them
 * @param refresh {@code ESCALA_REFRESH_SECONDS}: how long a version is served before a newer one is
 *     looked for; 30
 * @param batchOutput {@code ESCALA_BATCH_OUTPUT}: {@code s3://bucket/prefix}, where answers to
 *     messages of a queue go; none if there is no queue
 * @param start {@code AWS_LAMBDA_INITIALIZATION_TYPE}, which Lambda sets: for what the function is
 *     started
 */
record Settings(
    String modelsUri,
    List<String> models,
    List<String> prebuilt,
    Duration refresh,
    Optional<String> batchOutput,
    Start start) {
  /** For what Lambda starts the function. */
  enum Start {
    /** For a request, which waits. */
    REQUEST,
    /** For a snapshot, from which the function will be started for requests. */
    SNAPSHOT,
    /** To have it ready: nobody waits. */
    PROVISION
  }

  private static final String DEFAULT_REFRESH = "30";

  /**
   * @throws IllegalArgumentException that lists everything that is wrong
   */
  static Settings from(Map<String, String> environment) {
    List<String> mistakes = new ArrayList<>();
    String uri = environment.getOrDefault("ESCALA_MODELS_URI", "").strip();
    // Loops, not streams: a lambda costs a cold start about a millisecond
    List<String> models = new ArrayList<>();
    for (String part : environment.getOrDefault("ESCALA_MODELS", "").split(",", -1)) {
      String name = part.strip();
      if (!name.isEmpty() && !models.contains(name)) {
        models.add(name);
      }
    }
    List<String> prebuilt = prebuiltModels(environment);
    prebuilt.removeAll(models);
    boolean onlyPrebuilt = uri.isEmpty() && models.isEmpty() && !prebuilt.isEmpty();
    if (uri.isEmpty() && !onlyPrebuilt) {
      mistakes.add(
          "ESCALA_MODELS_URI is not set: it says where the models are, as in s3://bucket/models");
    } else if (uri.contains("://") && !uri.startsWith("s3://") && !uri.startsWith("file://")) {
      mistakes.add(
          "ESCALA_MODELS_URI is "
              + uri
              + ", but must be s3://bucket/prefix, a file: URI or a folder");
    }
    if (models.isEmpty() && !onlyPrebuilt) {
      mistakes.add(
          "ESCALA_MODELS is not set: it names the models to serve, separated by commas, as in bank");
    }
    String refresh = environment.getOrDefault("ESCALA_REFRESH_SECONDS", DEFAULT_REFRESH).strip();
    if (!isSeconds(refresh)) {
      mistakes.add(
          "ESCALA_REFRESH_SECONDS is "
              + refresh
              + ", but must be a whole number of seconds, at least 1");
    }
    String output = environment.getOrDefault("ESCALA_BATCH_OUTPUT", "").strip();
    if (!output.isEmpty() && !output.startsWith("s3://")) {
      mistakes.add("ESCALA_BATCH_OUTPUT is " + output + ", but must be s3://bucket/prefix");
    }
    if (!mistakes.isEmpty()) {
      throw new IllegalArgumentException(
          "the function's environment is incomplete: " + String.join("; ", mistakes));
    }
    return new Settings(
        uri,
        models,
        prebuilt,
        Duration.ofSeconds(Long.parseLong(refresh)),
        output.isEmpty() ? Optional.empty() : Optional.of(output),
        start(environment.getOrDefault("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")));
  }

  /** 1 to 999999, by hand: the first regular expression costs a cold start 2 ms. */
  private static boolean isSeconds(String text) {
    boolean are = !text.isEmpty() && text.length() <= 6 && text.charAt(0) != '0';
    for (int i = 0; i < text.length(); i++) {
      are &= text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    return are;
  }

  private static Start start(String initialization) {
    return switch (initialization) {
      case "on-demand" -> Start.REQUEST;
      case "snap-start" -> Start.SNAPSHOT;
      default -> Start.PROVISION; // provisioned-concurrency, and instances that Lambda manages
    };
  }

  /** Where a function's zip carries models; empty outside Lambda. */
  static Optional<Path> prebuiltFolder(Map<String, String> environment) {
    String root = environment.get("LAMBDA_TASK_ROOT");
    if (root == null || !Files.isDirectory(Path.of(root, "models"))) {
      return Optional.empty();
    }
    return Optional.of(Path.of(root, "models"));
  }

  private static List<String> prebuiltModels(Map<String, String> environment) {
    Optional<Path> folder = prebuiltFolder(environment);
    List<String> names = new ArrayList<>();
    if (folder.isEmpty()) {
      return names;
    }
    // Not a DirectoryStream, which costs a cold start 2 ms more
    String[] models = folder.get().toFile().list();
    if (models == null) {
      throw new IllegalStateException("the models of the zip cannot be listed: " + folder.get());
    }
    Arrays.sort(models);
    Collections.addAll(names, models);
    return names;
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
