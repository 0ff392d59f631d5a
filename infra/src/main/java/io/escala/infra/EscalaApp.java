package io.escala.infra;

import io.escala.infra.config.ConfigurationException;
import io.escala.infra.config.EscalaConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.Tags;

/**
 * The CDK app. The only class that reads context; run by {@code cdk.json} through {@code
 * infra/run-app}.
 */
public final class EscalaApp {
  private EscalaApp() {}

  /** Synthesizes the stacks into the folder that the CDK CLI names. Takes no arguments. */
  public static void main(String[] args) {
    Path root = Path.of("").toAbsolutePath();
    App app = new App(AppProps.builder().analyticsReporting(false).build());
    EscalaConfig config;
    try {
      config = EscalaConfig.from(context(app), root);
    } catch (ConfigurationException wrong) {
      refuse(wrong.mistakes());
      return;
    }
    Artifacts artifacts = Artifacts.under(root, config);
    if (artifacts.missing().isPresent()) {
      refuse(List.of(artifacts.missing().get()));
      return;
    }
    define(app, config, artifacts);
    List<String> remains = new StackRemains(config.deleteData()).refusals(app.synth());
    if (!remains.isEmpty()) {
      refuse(remains);
    }
  }

  /** Adds the stacks to the app. */
  static void define(App app, EscalaConfig config, Artifacts artifacts) {
    StorageStack storage =
        new StorageStack(app, "EscalaStorage", config.deleteData(), config.logRetentionDays());
    Network network =
        Network.define(
            app,
            "EscalaNetwork",
            config.network(),
            config.kubernetes().filter(wanted -> wanted.serving().isInternetFacing()).isPresent(),
            config.logRetentionDays());
    SparkStack spark =
        new SparkStack(app, "EscalaSpark", storage, network, config, artifacts.sparkJobJar());
    new InferenceStack(
        app,
        "EscalaInference",
        storage,
        config.inference(),
        config.logRetentionDays(),
        artifacts.lambdaZip());
    config
        .kubernetes()
        .ifPresent(
            kubernetes -> {
              KubernetesStack cluster =
                  new KubernetesStack(
                      app,
                      "EscalaKubernetes",
                      storage,
                      network,
                      kubernetes,
                      config.logRetentionDays(),
                      artifacts.kubectlLayer().orElseThrow());
              ServingStack serving =
                  new ServingStack(
                      app,
                      "EscalaServing",
                      storage,
                      cluster,
                      kubernetes.serving(),
                      config.logRetentionDays(),
                      artifacts);
              if (kubernetes.kserve() || kubernetes.sparkImage().isPresent()) {
                new KubeflowStack(
                        app,
                        "EscalaKubeflow",
                        cluster,
                        storage,
                        spark,
                        kubernetes,
                        config.spark().coreCount())
                    .serve(serving.image());
              }
            });
    Tags.of(app).add("project", "escala");
  }

  @SuppressWarnings("unchecked") // a JSON object's keys are strings
  private static Map<String, ?> context(App app) {
    return (Map<String, ?>) app.getNode().getAllContext();
  }

  private static void refuse(List<String> lines) {
    lines.forEach(System.err::println);
    System.exit(1);
  }
}
