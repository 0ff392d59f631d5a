package io.escala.spark;

import io.escala.spark.evaluate.HeldOutMetrics;
import io.escala.spark.train.Training;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Rows in, a published model with its measurements out. */
@Command(
    name = "train",
    description = {
      "Fits a model to 70 %% of the rows, measures it on the other 30 %%, and publishes it as ONNX",
      "with its preprocessing inside. Writes below the output folder:",
      "  results.parquet   every row with label, split, prediction and probability",
      "  metrics.json      how good the model is on the rows held out",
      "and below the model folder NAME/VERSION/{model.onnx,manifest.json} and NAME/current.json."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  train --input-path bank-full.csv --output-path out",
      "  train --input_path s3://bucket/data/ --output_path s3://bucket/results \\",
      "        --model_path s3://bucket/models",
      "",
      "The same rows and seed give the same split and the same model."
    })
final class TrainCommand implements Callable<Integer> {
  /** The pipelines that can be fitted. */
  enum Recipe {
    book
  }

  private static final String NAME_PATTERN = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

  @ParentCommand private SparkJob job;
  @Spec private CommandSpec spec;

  @Option(
      names = {"--input-path", "--input_path"},
      required = true,
      paramLabel = "PATH",
      description = "a CSV file with a header, a folder of them, or what prepare wrote")
  private String input;

  @Option(
      names = {"--output-path", "--output_path"},
      required = true,
      paramLabel = "FOLDER",
      description = "where results.parquet and metrics.json go")
  private String output;

  @Option(
      names = {"--model-path", "--model_path"},
      paramLabel = "FOLDER",
      description = "the root of the models (default: models within the output folder)")
  private String models;

  @Option(
      names = "--recipe",
      defaultValue = "book",
      paramLabel = "RECIPE",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private Recipe recipe;

  @Option(
      names = "--seed",
      defaultValue = "100",
      paramLabel = "N",
      description = "of the split (default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--name",
      defaultValue = "bank",
      paramLabel = "NAME",
      description = "of the model (default: ${DEFAULT-VALUE})")
  private String name;

  // An option, not a stamp in the jar: a jar that changed with every commit would re-run the step
  @Option(
      names = {"--git-commit", "--git_commit"},
      defaultValue = "unknown",
      paramLabel = "HASH",
      description = "of the code, for the model's provenance (default: ${DEFAULT-VALUE})")
  private String gitCommit;

  @Override
  public Integer call() throws Exception {
    if (!name.matches(NAME_PATTERN)) {
      throw new ParameterException(
          spec.commandLine(),
          "--name is '"
              + name
              + "', but must be 1 to 64 letters, digits, dots, underscores or hyphens and start with"
              + " a letter or digit");
    }
    Training.Result result =
        switch (recipe) {
          case book ->
              new Training(job.spark(), Clock.systemUTC())
                  .run(
                      new Training.Request(
                          input,
                          output,
                          models == null ? output + "/models" : models,
                          name,
                          seed,
                          gitCommit));
        };
    summarize(result);
    return 0;
  }

  private void summarize(Training.Result result) {
    HeldOutMetrics metrics = result.metrics();
    PrintWriter out = job.out();
    out.printf(
        Locale.ROOT,
        "rows      %d (%d to fit, %d held out)%n",
        result.trainRows() + metrics.rows(),
        result.trainRows(),
        metrics.rows());
    out.printf(
        Locale.ROOT,
        "held out  ROC-AUC %.4f, PR-AUC %.4f, log loss %.4f%n",
        metrics.rocAuc(),
        metrics.averagePrecision(),
        metrics.logLoss());
    out.printf(
        Locale.ROOT,
        "          accuracy %.4f (the more frequent answer alone: %.4f), precision %.4f,"
            + " recall %.4f, F1 %.4f%n",
        metrics.accuracy(),
        metrics.majorityAccuracy(),
        metrics.precision(),
        metrics.recall(),
        metrics.f1());
    out.println("results   " + result.results());
    out.println("metrics   " + result.metricsFile());
    out.println("model     " + result.bundle());
  }
}
