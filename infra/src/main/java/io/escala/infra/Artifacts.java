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
 */
record Artifacts(Path sparkJobJar, Path lambdaZip) {
  Artifacts {
    requireNonNull(sparkJobJar, "sparkJobJar is null");
    requireNonNull(lambdaZip, "lambdaZip is null");
  }

  /** Where Maven leaves them under the project's root folder. */
  static Artifacts under(Path root, Architecture architecture) {
    return new Artifacts(
        root.resolve("spark-job/target/escala-spark-job.jar"),
        root.resolve(
            "lambda-handler/target/escala-lambda-handler-" + architecture.machine() + ".zip"));
  }

  /** What to tell the user if one of them is not built. */
  Optional<String> missing() {
    return Stream.of(sparkJobJar, lambdaZip)
        .filter(file -> !Files.isRegularFile(file))
        .findFirst()
        .map(file -> "not built yet: " + file + "; build it with: mvn -q package -DskipTests");
  }
}
