package io.escala.infra;

import static java.util.Objects.requireNonNull;

import io.escala.infra.config.Architecture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the sibling modules built and this app ships. The app depends on these files, on no class in
 * them.
 *
 * @param sparkJobJar what the EMR step runs
 * @param lambdaZip the inference function, for the processor it is deployed on
 * @param serverFolder the inference server: one jar and {@code libs/}
 * @param imageBuilderZip the function that makes an image of it
 */
record Artifacts(Path sparkJobJar, Path lambdaZip, Path serverFolder, Path imageBuilderZip) {
  private static final String SERVER = "inference-server/target/inference-server";

  Artifacts {
    requireNonNull(sparkJobJar, "sparkJobJar is null");
    requireNonNull(lambdaZip, "lambdaZip is null");
    requireNonNull(serverFolder, "serverFolder is null");
    requireNonNull(imageBuilderZip, "imageBuilderZip is null");
  }

  /** Where Maven leaves them under the project's root folder. */
  static Artifacts under(Path root, Architecture architecture) {
    return new Artifacts(
        root.resolve("spark-job/target/escala-spark-job.jar"),
        root.resolve(
            "lambda-handler/target/escala-lambda-handler-" + architecture.machine() + ".zip"),
        root.resolve(SERVER),
        root.resolve("image-builder/target/escala-image-builder.zip"));
  }

  /** What to tell the user if one of those that every deployment needs is not built. */
  Optional<String> missing() {
    return missing(sparkJobJar, lambdaZip);
  }

  /** The same for what a pod needs besides. */
  Optional<String> missingForKubernetes() {
    return missing(serverFolder.resolve("escala-inference-server.jar"), imageBuilderZip);
  }

  private static Optional<String> missing(Path... files) {
    return Stream.of(files)
        .filter(file -> !Files.isRegularFile(file))
        .findFirst()
        .map(file -> "not built yet: " + file + "; build it with: mvn -q package -DskipTests");
  }
}
