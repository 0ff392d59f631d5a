package io.escala.spark;

import io.escala.spark.wine.WineTraining;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** The classifier to try score with. */
@Command(
    name = "train-wine",
    description = {
      "Fits scikit-learn's SVC() to the wine data (178 rows, which the job carries): libsvm's C-SVC",
      "with an RBF kernel, C = 1, gamma = 1 / (13 x variance of X), features as they are. Publishes",
      "it as ONNX below the model folder: NAME/VERSION/{model.onnx,manifest.json} and",
      "NAME/current.json. It is there to try 'score' with, not a good model of wine: SVC() without",
      "scaling the features gives 126 of the 178 rows their own class."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  train-wine --model-path models",
      "  score --input-path wine.csv --model-path models/wine --output-path scored",
      "",
      "The label is the class with the most pairwise votes, as in libsvm and scikit-learn; the",
      "largest probability may belong to another class. The same rows and seed give the same",
      "bytes of model.onnx.",
      "Exit codes: 0 done, 1 failed, 2 wrong usage."
    })
final class TrainWineCommand implements Callable<Integer> {
  @ParentCommand private SparkJob job;

  @Option(
      names = {"--model-path", "--model_path"},
      required = true,
      paramLabel = "FOLDER",
      description = "the root of the models")
  private String models;

  @Option(
      names = {"--input-path", "--input_path"},
      paramLabel = "FILE",
      description = "a CSV file of the same columns as wine.csv (default: the data of the job)")
  private String input;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "N",
      description =
          "of the cross-validation that the probabilities are fitted on; the labels do not depend"
              + " on it (default: ${DEFAULT-VALUE})")
  private long seed;

  @Mixin private final ModelOptions model = new ModelOptions("wine");

  @Override
  public Integer call() throws Exception {
    String name = model.name();
    SparkSession spark = job.spark();
    WineTraining.Result result =
        new WineTraining(spark.sparkContext().hadoopConfiguration(), spark.version())
            .run(
                new WineTraining.Request(
                    Optional.ofNullable(input), models, name, seed, model.gitCommit()),
                Instant.now());
    PrintWriter out = job.out();
    out.printf(
        Locale.ROOT,
        "rows      %d, %d of them support vectors%n",
        result.rows(),
        result.supportVectors());
    out.printf(
        Locale.ROOT, "right     %d of %d rows it was fitted on%n", result.right(), result.rows());
    out.println("model     " + result.bundle());
    return 0;
  }
}
