package io.escala.spark;

import io.escala.spark.data.BadRowPolicy;
import io.escala.spark.data.BankColumns;
import io.escala.spark.evaluate.FiguresTable;
import io.escala.spark.evaluate.Measurements;
import io.escala.spark.train.Algorithm;
import io.escala.spark.train.FullOptions;
import io.escala.spark.train.Settings;
import io.escala.spark.train.Training;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
      "  report.html       the same as a page with plots, and what the rows look like",
      "and below the model folder NAME/VERSION/{model.onnx,report.html,manifest.json} and",
      "NAME/current.json."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  train --input-path bank-full.csv --output-path out",
      "  train --input-path bank-full.csv --output-path out --folds 5",
      "  train --input-path bank-full.csv --output-path out --algorithm logistic --tune",
      "  train --input-path bank-full.csv --output-path out --split time",
      "  train --input-path bank-full.csv --output-path out --recipe book",
      "  train --input_path s3://bucket/data/ --output_path s3://bucket/results \\",
      "        --model_path s3://bucket/models",
      "",
      "The decision threshold has the best F1 on training rows, each scored by a model that had not",
      "seen it. With --folds every row is held out once, the figures are those of all rows, and the",
      "published model is fitted to all rows. Where the input has an order, a second model is fitted",
      "to the first 70 %% of the rows and measured on the last 30 %%: on data in the order of time",
      "that is the honest figure.",
      "The same rows and seed give the same split and the same model, on any number of cores.",
      "Exit codes: 0 done, 1 failed, 2 wrong usage."
    })
final class TrainCommand implements Callable<Integer> {
  /** The pipelines that can be fitted. */
  enum Recipe {
    full,
    book
  }

  /** The spelling of {@link Algorithm}. */
  enum Fit {
    gbt,
    logistic,
    random_forest {
      @Override
      public String toString() {
        return "random-forest";
      }
    };

    Algorithm algorithm() {
      return switch (this) {
        case gbt -> Algorithm.GBT;
        case logistic -> Algorithm.LOGISTIC;
        case random_forest -> Algorithm.RANDOM_FOREST;
      };
    }
  }

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
      description = "where results.parquet, metrics.json and report.html go")
  private String output;

  @Option(
      names = {"--model-path", "--model_path"},
      paramLabel = "FOLDER",
      description = "the root of the models (default: models within the output folder)")
  private String models;

  @Option(
      names = "--recipe",
      defaultValue = "full",
      paramLabel = "RECIPE",
      description =
          "full: all columns that are known before the call; book: the pipeline of the source"
              + " document, which takes none of the options below but --seed and --name"
              + " (default: ${DEFAULT-VALUE})")
  private Recipe recipe;

  @Option(
      names = "--algorithm",
      defaultValue = "gbt",
      paramLabel = "ALGORITHM",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private Fit algorithm;

  @Option(
      names = {"--max-iterations", "--max_iterations"},
      paramLabel = "N",
      description = "trees of gbt, or steps of logistic's optimizer (default: 60, 100)")
  private Integer maxIterations;

  @Option(names = "--trees", paramLabel = "N", description = "of random-forest (default: 100)")
  private Integer trees;

  @Option(
      names = {"--max-depth", "--max_depth"},
      paramLabel = "N",
      description = "of a tree, 1 to 30 (default: 5 for gbt, 10 for random-forest)")
  private Integer maxDepth;

  @Option(
      names = "--tune",
      description =
          "search hyper-parameters around these by 3-fold cross-validation of the training rows")
  private boolean tune;

  @Option(
      names = {"--with-duration", "--with_duration"},
      description =
          "let the model read the column duration. It is known only after the call: the figures"
              + " become better than the model can be in use")
  private boolean withDuration;

  @Option(
      names = {"--class-weight", "--class_weight"},
      defaultValue = "none",
      paramLabel = "WEIGHT",
      description =
          "none, or balanced: both classes count the same in the fit, and the probabilities are"
              + " corrected afterwards for how frequent they are (default: ${DEFAULT-VALUE})")
  private FullOptions.ClassWeight classWeight;

  @Option(
      names = "--split",
      defaultValue = "stratified",
      paramLabel = "SPLIT",
      description =
          "which 30 %% are held out. random: by a hash of the row; stratified: likewise, of either"
              + " class; time: the last rows of the input (default: ${DEFAULT-VALUE})")
  private FullOptions.Split split;

  @Option(
      names = "--folds",
      paramLabel = "K",
      description = "hold every row out once, in K turns, 2 to 20, instead of 30 %% of the rows")
  private Integer folds;

  @Option(
      names = {"--no-time-check", "--no_time_check"},
      description = "do not fit a second model to measure it in the order of the input")
  private boolean noTimeCheck;

  @Option(
      names = "--seed",
      defaultValue = "100",
      paramLabel = "N",
      description = "of the split (default: ${DEFAULT-VALUE})")
  private long seed;

  // An option, not a stamp in the jar: a jar that changed with every commit would re-run the step
  @Mixin private final ModelOptions model = new ModelOptions("bank");

  @Mixin private BadRowOptions badRows;

  @Override
  public Integer call() throws Exception {
    String name = model.name();
    FullOptions options = options();
    BadRowPolicy policy = badRows.policy(output);
    Training training = new Training(job.spark(), Clock.systemUTC());
    Training.Request request =
        new Training.Request(
            input,
            output,
            models == null ? output + "/models" : models,
            name,
            seed,
            model.gitCommit(),
            policy);
    Training.Result result =
        switch (recipe) {
          case book -> training.run(request);
          case full -> training.run(request, options);
        };
    summarize(result);
    return 0;
  }

  private FullOptions options() {
    Settings settings = Settings.of(algorithm.algorithm());
    if (maxIterations != null) {
      only(algorithm != Fit.random_forest, "--max-iterations is for gbt and logistic; use --trees");
      settings = settings.withIterations(between("--max-iterations", maxIterations, 1, 10_000));
    }
    if (trees != null) {
      only(algorithm == Fit.random_forest, "--trees is for random-forest; use --max-iterations");
      settings = settings.withIterations(between("--trees", trees, 1, 10_000));
    }
    if (maxDepth != null) {
      only(algorithm != Fit.logistic, "--max-depth is for trees, but --algorithm is logistic");
      settings = settings.withDepth(between("--max-depth", maxDepth, 1, 30));
    }
    only(
        recipe == Recipe.full || !spec.commandLine().getParseResult().hasMatchedOption("--split"),
        "--split is for recipe full; recipe book has its own");
    if (folds != null) {
      between("--folds", folds, 2, 20);
      only(recipe == Recipe.full, "--folds is for recipe full");
      only(
          !spec.commandLine().getParseResult().hasMatchedOption("--split"),
          "--folds holds every row out once; it goes without --split");
    }
    if (withDuration) {
      only(recipe == Recipe.full, "--with-duration is for recipe full");
      job.err()
          .println(
              "warning: --with-duration: the duration of a call is known only after it, when the"
                  + " answer is known too; these figures are better than the model can be in use");
    }
    return new FullOptions(
        settings,
        tune,
        withDuration,
        classWeight,
        split,
        folds == null ? OptionalInt.empty() : OptionalInt.of(folds),
        !noTimeCheck && (folds != null || split != FullOptions.Split.TIME));
  }

  private void only(boolean allowed, String message) {
    if (!allowed) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }

  private int between(String option, int value, int least, int most) {
    only(
        value >= least && value <= most,
        option + " is " + value + ", but must be from " + least + " to " + most);
    return value;
  }

  private void summarize(Training.Result result) {
    PrintWriter out = job.out();
    Measurements measured = result.measured();
    out.printf(
        Locale.ROOT,
        "rows      %d (%d to fit, %d held out%s)%n",
        measured.rows(),
        measured.trainRows(),
        measured.heldOut().metrics().rows(),
        folds == null ? "" : " in " + folds + " turns");
    FiguresTable.of(measured, BankColumns.NEGATIVE, BankColumns.POSITIVE).forEach(out::println);
    result.bad().forEach(out::println);
    result.notes().forEach(note -> out.println("note      " + note));
    out.printf(
        Locale.ROOT,
        "threshold %.4f: the model says %s above it%n",
        result.threshold(),
        BankColumns.POSITIVE);
    out.println("results   " + result.results());
    out.println("metrics   " + result.metricsFile());
    out.println("report    " + result.report());
    out.println("model     " + result.bundle());
  }
}
