package io.escala.spark;

import io.escala.spark.digits.DigitTraining;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Handwritten digits in, a published classifier out. */
@Command(
    name = "train-digits",
    description = {
      "Fits a small convolutional network to images of handwritten digits and a few drawn ones with",
      "a long flag, measures it on the last sixth of the images, which it never sees before, and",
      "publishes it as ONNX below the model folder:",
      "NAME/VERSION/{model.onnx,manifest.json,confusion.csv} and NAME/current.json.",
      "It runs on the driver alone: some minutes for MNIST's 60,000 images on two cores."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "The input folder holds IDX files as MNIST has them: NAME-images-idx3-ubyte beside",
      "NAME-labels-idx1-ubyte, gzipped (.gz) or not, images 28x28. Other files are left alone.",
      "",
      "Examples:",
      "  train-digits --input-path mnist --model-path models",
      "  train-digits --input_path s3://bucket/mnist --model_path s3://bucket/models --seed 7",
      "",
      "The same images and seed give the same model.onnx, on any number of cores.",
      "Exit codes: 0 done, 1 failed, 2 wrong usage."
    })
final class TrainDigitsCommand implements Callable<Integer> {
  @ParentCommand private SparkJob job;
  @Spec private CommandSpec spec;

  @Option(
      names = {"--input-path", "--input_path"},
      required = true,
      paramLabel = "FOLDER",
      description = "with images and labels")
  private String input;

  @Option(
      names = {"--model-path", "--model_path"},
      required = true,
      paramLabel = "FOLDER",
      description = "the root of the models")
  private String models;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "N",
      description = "of all that is random (default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--epochs",
      defaultValue = "20",
      paramLabel = "N",
      description = "how often each image is seen, 1 to 100 (default: ${DEFAULT-VALUE})")
  private int epochs;

  @Option(
      names = "--source",
      paramLabel = "TEXT",
      description = "what the model's provenance calls the images (default: the input folder)")
  private String source;

  @Mixin private final ModelOptions model = new ModelOptions("digits");

  @Override
  public Integer call() throws Exception {
    String name = model.name();
    if (epochs < 1 || epochs > 100) {
      throw new ParameterException(
          spec.commandLine(), "--epochs is " + epochs + ", but must be 1 to 100");
    }
    SparkSession spark = job.spark();
    DigitTraining.Result result;
    try (DriverProgress progress = job.progress("fit the network")) {
      result =
          new DigitTraining(spark.sparkContext().hadoopConfiguration(), spark.version())
              .run(
                  new DigitTraining.Request(
                      input,
                      models,
                      name,
                      seed,
                      epochs,
                      Runtime.getRuntime().availableProcessors(),
                      source == null ? input : source,
                      model.gitCommit()),
                  Instant.now(),
                  progress::done);
    }
    summarize(result);
    return 0;
  }

  private void summarize(DigitTraining.Result result) {
    PrintWriter out = job.out();
    out.printf(
        Locale.ROOT,
        "images      %d to fit, %d for validation, %d held out%n",
        result.trainRows(),
        result.validationRows(),
        result.heldOutRows());
    out.printf(
        Locale.ROOT,
        "held out    accuracy %.4f, log loss %.4f (validation accuracy %.4f)%n",
        result.metrics().get("accuracy"),
        result.metrics().get("logLoss"),
        result.validationAccuracy());
    out.printf(
        Locale.ROOT,
        "runtime     ONNX Runtime's probabilities are off by %.1e at most%n",
        result.difference());
    out.println("confusion");
    result.confusion().lines().forEach(line -> out.println("  " + line));
    out.printf(Locale.ROOT, "model       %s (%d bytes)%n", result.bundle(), result.modelBytes());
  }
}
