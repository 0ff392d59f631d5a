package io.escala.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.services.cloudformation.model.StackStatus;

/** From a checkout to a served model, on this machine. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = {
      "Deploys the CDK app to an AWS endpoint on this machine, trains the model on Spark, serves it and asks it for predictions.",
      "No AWS account is touched and nothing is paid for. Run it again after any change: only what changed is done again."
    },
    footer = {
      "",
      "Examples:",
      "  ./escala up                            train on 45,211 generated rows",
      "  ./escala data && ./escala up --input data/bank-full.csv",
      "  ./escala up --with kubernetes          also a cluster, whose pods are processes of this machine",
      "  ./escala up -c escala:spark.lifecycle=serverless",
      "                                         on EMR Serverless (docs/lifecycles.md)",
      "  ./escala up --port 5000                another port, when 4580 is taken",
      "",
      "ESCALA_HOME names another folder than .escala for what `up` makes and `down` removes."
    })
final class Up implements Callable<Integer> {
  /** Assets twice (staged and stored), the function unpacked, data, results and logs. */
  private static final long NEEDED_BYTES = 300_000_000;

  /** With Kubernetes: kubectl's layer staged and stored, Helm out of it, the image and unpacked. */
  private static final long NEEDED_FOR_KUBERNETES = 600_000_000;

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description =
          "CSV file to train on, `;` or `,` separated, target column y or deposit. Without it: rows generated from a fixed seed.")
  private Path input;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "" + LocalEndpoint.DEFAULT_PORT,
      description =
          "Port of the AWS endpoint on 127.0.0.1 (default: ${DEFAULT-VALUE}); the API gets the next free one.")
  private int port;

  @Option(
      names = {"-c", "--set"},
      paramLabel = "KEY=VALUE",
      description =
          "A setting of cdk.json for this up, spelled as for cdk: escala:spark.lifecycle=scheduled. May be given several times; without it, cdk.json holds again.")
  private Map<String, String> settings = new LinkedHashMap<>();

  private static final String KUBERNETES = "kubernetes";
  private static final String INPUT = "escala:input";

  @Spec private CommandSpec spec;

  @Option(
      names = "--with",
      paramLabel = "WHAT",
      description =
          "kubernetes: deploy the Kubernetes stacks too, build the image, and release the trained model in the cluster. Once deployed, they stay part of each further up.")
  private String extra;

  @Override
  public Integer call() {
    if (extra != null && !extra.equals(KUBERNETES)) {
      throw new ParameterException(
          spec.commandLine(), "--with " + extra + ": what there is, is --with kubernetes");
    }
    settings.keySet().forEach(this::requireSetting);
    Workspace workspace = Workspace.current();
    return CommandLock.hold(
        workspace,
        () -> {
          requireSpace(
              workspace, NEEDED_BYTES + (KUBERNETES.equals(extra) ? NEEDED_FOR_KUBERNETES : 0));
          return call(workspace);
        });
  }

  private void requireSetting(String key) {
    if (!key.startsWith("escala:")) {
      throw new ParameterException(
          spec.commandLine(),
          "-c %s: settings are named escala:…, such as escala:spark.lifecycle (docs/configuration.md)"
              .formatted(key));
    }
    if (List.of("escala:kubernetes.enabled", "escala:kubernetes.serving.models").contains(key)) {
      throw new ParameterException(
          spec.commandLine(), "-c " + key + ": up sets this itself; use --with kubernetes");
    }
    if (key.equals(INPUT) && input != null) {
      throw new ParameterException(
          spec.commandLine(), "-c " + key + " and --input name the data twice; leave one out");
    }
  }

  private int call(Workspace workspace) {
    Terminal terminal = Terminal.standard();
    Map<String, String> context = new LinkedHashMap<>(settings);
    // Whatever cdk.json says for an account: what is on this machine goes with down.
    context.put("escala:deleteData", "true");
    if (input != null) {
      context.put(INPUT, requireData(input).toString());
    }
    if (System.getProperty("os.arch").equals("aarch64")) {
      context.putIfAbsent("escala:inference.architecture", "arm64");
    }
    Optional<LocalEndpoint> running = LocalEndpoint.find(workspace);
    Phases phases = new Phases();
    LocalEndpoint endpoint =
        phases.time(
            "endpoint", () -> running.orElseGet(() -> LocalEndpoint.start(workspace, port)));
    if (running.isEmpty()) {
      LocalEndpoint.startWarnings(workspace).forEach(terminal::line);
    }
    terminal.line(
        "AWS endpoint on this machine: "
            + endpoint.uri()
            + (running.isPresent() ? " (was running)" : ""));
    try (Aws aws = new Aws(endpoint)) {
      Interruption interruption = new Interruption(endpoint, running.isPresent(), aws);
      Runtime.getRuntime().addShutdownHook(interruption);
      try {
        boolean kubernetes = KUBERNETES.equals(extra) || Kubernetes.isDeployed(aws);
        if (kubernetes) {
          context.putAll(Kubernetes.context(aws));
        }
        CdkCli cdk = new CdkCli(workspace, endpoint, context, terminal);
        deploy(cdk, aws, interruption, phases, terminal);
        Kubernetes cluster = new Kubernetes(endpoint, aws, terminal);
        if (kubernetes) {
          phases.time("release", () -> cluster.release(cdk));
        }
        serve(workspace, aws, phases, terminal);
        if (kubernetes) {
          cluster.show();
        }
        terminal.line("");
        terminal.line("  Took " + phases);
      } finally {
        interruption.callOff();
      }
    }
    return 0;
  }

  private void deploy(
      CdkCli cdk, Aws aws, Interruption interruption, Phases phases, Terminal terminal) {
    if (mustRunAgain(aws)) {
      terminal.line("The last run did not complete, or its cluster has ended: it is replaced");
      phases.time("clean-up", () -> cdk.destroy(Training.STACK));
    }
    terminal.line("Deploying with cdk deploy --all");
    phases.time("deployment", cdk::deployAll);
    Training training =
        Training.deployed(aws)
            .orElseThrow(
                () ->
                    new UserException(
                        "stack EscalaSpark has neither an output ClusterId nor StateMachineArn"));
    try {
      phases.time(
          "training", () -> training.complete(modelMissing(aws), terminal, interruption::ends));
    } catch (UserException e) {
      if (input == null) {
        throw e;
      }
      // The job knows the file as the CDK's asset; the person knows it by its name.
      throw new UserException(
          e.getMessage().replace(training.input().orElseThrow(), input.toString()), e);
    }
  }

  private static void requireSpace(Workspace workspace, long needed) {
    try {
      long free = Files.getFileStore(workspace.home()).getUsableSpace();
      if (free < needed) {
        throw new UserException(
            "%s has %d MB left, and a deployment writes about %d MB there. Free some, or name another folder in ESCALA_HOME"
                .formatted(workspace.home(), free / 1_000_000, needed / 1_000_000));
      }
    } catch (IOException e) {
      throw new UserException("cannot look at " + workspace.home() + ": " + e.getMessage(), e);
    }
  }

  private static Path requireData(Path file) {
    if (!Files.exists(file)) {
      throw new UserException("--input " + file + ": there is no such file");
    }
    if (!Files.isRegularFile(file)) {
      throw new UserException("--input " + file + " is a directory; name one CSV file");
    }
    try {
      if (Files.size(file) == 0) {
        throw new UserException(
            "--input " + file + " is empty; the first line must name the columns");
      }
      return file.toRealPath();
    } catch (IOException e) {
      throw new UserException("--input " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** True when what is deployed would not train again by itself, and has to. */
  private static boolean mustRunAgain(Aws aws) {
    if (aws.stack(Training.STACK).stream().noneMatch(stack -> isStanding(stack.stackStatus()))) {
      return false;
    }
    return Training.deployed(aws)
        .map(training -> training.mustBeReplaced(modelMissing(aws)))
        .orElse(false);
  }

  private static boolean modelMissing(Aws aws) {
    return ServedModel.currentVersion(aws, bucket(aws)).isEmpty();
  }

  private static boolean isStanding(StackStatus status) {
    return List.of(
            StackStatus.CREATE_COMPLETE,
            StackStatus.UPDATE_COMPLETE,
            StackStatus.UPDATE_ROLLBACK_COMPLETE)
        .contains(status);
  }

  private static String bucket(Aws aws) {
    return Optional.ofNullable(aws.outputs("EscalaStorage").get("BucketName"))
        .orElseThrow(() -> new UserException("stack EscalaStorage has no output BucketName"));
  }

  private static void serve(Workspace workspace, Aws aws, Phases phases, Terminal terminal) {
    String bucket = bucket(aws);
    String version =
        ServedModel.currentVersion(aws, bucket)
            .orElseThrow(
                () ->
                    new UserException(
                        "the steps completed, but s3://"
                            + bucket
                            + "/models/bank/current.json is missing"));
    JsonNode manifest = ServedModel.manifest(aws, bucket, version);
    ServedModel model =
        new ServedModel(
            Optional.ofNullable(aws.outputs("EscalaInference").get("ApiUrl"))
                .orElseThrow(
                    () -> new UserException("stack EscalaInference has no output ApiUrl")));
    phases.time("serving", () -> model.awaitVersion(version, terminal));
    List<ServedModel.Example> examples = ServedModel.examples(manifest);
    terminal.line("Asking the deployed API");
    phases.time(
        "predictions",
        () -> examples.stream().limit(3).forEach(example -> ask(model, example, terminal)));
    show(workspace, bucket, manifest, model, examples.get(0).inputs(), terminal);
  }

  private static void ask(ServedModel model, ServedModel.Example example, Terminal terminal) {
    ServedModel.Prediction answer = model.predict(example.inputs());
    if (!answer.label().equals(example.label())) {
      throw new UserException(
          "the API says %s where training said %s, for %s"
              .formatted(answer.label(), example.label(), example.inputs()));
    }
    terminal.line(
        "  %s  ->  %s (probability of yes %.4f)"
            .formatted(summary(example.inputs()), answer.label(), answer.probability()));
  }

  private static String summary(JsonNode inputs) {
    return "%s years, %s, %s, balance %s euros"
        .formatted(
            inputs.path("age").asText(),
            inputs.path("job").asText(),
            inputs.path("marital").asText(),
            inputs.path("balance").asText());
  }

  private static void show(
      Workspace workspace,
      String bucket,
      JsonNode manifest,
      ServedModel model,
      JsonNode example,
      Terminal terminal) {
    String version = manifest.path("version").asText();
    JsonNode metrics = manifest.path("metrics");
    Path objects = workspace.state().resolve("s3").resolve(bucket);
    terminal.line("");
    terminal.line("Escala is up.");
    terminal.line("");
    terminal.line(
        "  Model    bank, version %s: ROC-AUC %.3f, accuracy %.3f on rows it was not trained on"
            .formatted(
                version, metrics.path("rocAuc").asDouble(), metrics.path("accuracy").asDouble()));
    terminal.line("           " + Workspace.show(objects.resolve("models/bank").resolve(version)));
    terminal.line("  Results  " + Workspace.show(objects.resolve("results/bank/results.parquet")));
    terminal.line("  API      " + model.predictUri());
    terminal.line("");
    terminal.line(
        "  Try it   curl -s -X POST "
            + model.predictUri()
            + " -H 'content-type: application/json' \\");
    terminal.line("             -d '" + ServedModel.body(example).replace("'", "'\\''") + "'");
    terminal.line(
        "  Browse   ./escala serve --models "
            + Workspace.show(objects.resolve("models"))
            + " --models "
            + Workspace.show(workspace.root().resolve("models")));
    terminal.line("  Look     ./escala status");
    terminal.line("  Stop     ./escala down");
  }
}
