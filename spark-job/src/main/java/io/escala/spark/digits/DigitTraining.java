package io.escala.spark.digits;

import static io.escala.spark.digits.DigitNet.CLASSES;

import io.escala.inference.Batch;
import io.escala.inference.Manifest;
import io.escala.inference.Model;
import io.escala.inference.Predictions;
import io.escala.inference.Sha256;
import io.escala.spark.Mistake;
import io.escala.spark.bundle.NewBundle;
import io.escala.spark.onnx.ConvolutionGraph;
import io.escala.spark.storage.Locations;
import io.escala.spark.train.Version;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * From a folder of images to a published digit classifier. The first three quarters of the images
 * are fitted, the next twelfth is for choosing settings, the last sixth is held out: it is looked
 * at once, at the end. For MNIST's 60,000 that is 45,000, 5,000 and 10,000. {@link FlaggedOnes}
 * join the images that are fitted.
 *
 * <p>The network is fitted on the driver, whose memory holds the images many times over: to spread
 * a minute or two of work over a cluster would take longer, and would add the gradients in the
 * order in which executors answer.
 */
public final class DigitTraining {
  private static final int FEWEST_IMAGES = 120;

  /** One for so many images. */
  private static final int FLAGGED_ONES_SHARE = 80;

  private final Configuration conf;
  private final String sparkVersion;

  public DigitTraining(Configuration conf, String sparkVersion) {
    this.conf = conf;
    this.sparkVersion = sparkVersion;
  }

  /** Is told how far it is. */
  @FunctionalInterface
  public interface Progress {
    void done(int batches, int of);
  }

  /**
   * What to do.
   *
   * @param input a folder of IDX files
   * @param models the root of the models
   * @param source what the provenance calls the images
   * @param epochs how often each image is seen
   * @param cores how many threads fit; the result does not depend on it
   */
  public record Request(
      String input,
      String models,
      String name,
      long seed,
      int epochs,
      int cores,
      String source,
      String gitCommit) {}

  /**
   * What came of it.
   *
   * @param metrics of the held-out images
   * @param confusion as CSV
   * @param difference the largest between a probability by training and by ONNX Runtime, over the
   *     held-out images
   */
  public record Result(
      int trainRows,
      int validationRows,
      int heldOutRows,
      double validationAccuracy,
      Map<String, Double> metrics,
      String confusion,
      double difference,
      int modelBytes,
      Path bundle) {}

  /**
   * Does it all.
   *
   * @param progress told how many batches are done, and of how many
   * @throws Mistake if the folder has not enough images, or a file is broken
   */
  public Result run(Request request, Instant now, Progress progress) throws IOException {
    Path given = Locations.path(request.models());
    Path models = Locations.fileSystem(conf, given).makeQualified(given);
    Digits all = IdxFiles.read(conf, request.input());
    if (all.size() < FEWEST_IMAGES) {
      throw new Mistake(
          request.input()
              + ": the folder has "
              + all.size()
              + " images; at least "
              + FEWEST_IMAGES
              + " are needed");
    }
    int heldOutStart = all.size() - all.size() / 6;
    int validationStart = heldOutStart - all.size() / 12;
    Digits train = all.part(0, validationStart);
    Digits more = train.and(FlaggedOnes.some(train.size() / FLAGGED_ONES_SHARE, request.seed()));
    Digits validation = all.part(validationStart, heldOutStart);
    Digits heldOut = all.part(heldOutStart, all.size());
    Digits golden = DrawnDigits.all();

    int batches = DigitTrainer.batches(more.size(), request.epochs());
    float[] parameters;
    Confusion onValidation;
    float[] answers;
    float[] goldenAnswers;
    try (DigitTrainer trainer = new DigitTrainer(request.cores())) {
      parameters =
          trainer.fit(more, request.epochs(), request.seed(), done -> progress.done(done, batches));
      onValidation =
          Confusion.of(validation.labels(), trainer.probabilities(validation, parameters));
      answers = trainer.probabilities(heldOut, parameters);
      goldenAnswers = trainer.probabilities(golden, parameters);
    }
    Confusion onHeldOut = Confusion.of(heldOut.labels(), answers);
    byte[] model = ConvolutionGraph.of("digits", DigitNet.SIDE, DigitNet.graph(parameters));
    NewBundle bundle =
        DigitBundle.of(
            request.name(),
            now,
            model,
            onHeldOut,
            onValidation.accuracy(),
            provenance(request, all),
            golden,
            goldenAnswers);
    double difference = difference(bundle, heldOut, answers);
    return new Result(
        train.size(),
        validation.size(),
        heldOut.size(),
        onValidation.accuracy(),
        onHeldOut.metrics(),
        onHeldOut.toCsv(),
        difference,
        model.length,
        bundle.publish(conf, models));
  }

  /**
   * The largest between a probability by the bundle, opened as servers open it, and by training.
   */
  private static double difference(NewBundle bundle, Digits images, float[] answers)
      throws IOException {
    double largest = 0;
    try (Model model = bundle.open()) {
      Batch batch = model.batch(DigitTrainer.BATCH);
      for (int first = 0; first < images.size(); first += DigitTrainer.BATCH) {
        batch.clear();
        for (int i = first; i < Math.min(first + DigitTrainer.BATCH, images.size()); i++) {
          batch.set(0, images.part(i, i + 1).pixels());
          batch.add();
        }
        Predictions predictions = model.predict(batch);
        for (int i = 0; i < predictions.size(); i++) {
          for (int c = 0; c < CLASSES; c++) {
            double trained = answers[(first + i) * CLASSES + c];
            largest = Math.max(largest, Math.abs(predictions.probability(i, c) - trained));
          }
        }
      }
    }
    return largest;
  }

  private Manifest.Provenance provenance(Request request, Digits all) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes(all.pixels());
    content.writeBytes(all.labels());
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("epochs", String.valueOf(request.epochs()));
    parameters.put("batch", String.valueOf(DigitTrainer.BATCH));
    parameters.put("learningRate", String.valueOf(DigitTrainer.LEARNING_RATE));
    parameters.put("weightDecay", String.valueOf(DigitTrainer.WEIGHT_DECAY));
    parameters.put("drawnOnes", "1 for every " + FLAGGED_ONES_SHARE + " images fitted");
    parameters.put("split", "first 9/12 fitted, next 1/12 validation, last 2/12 held out");
    parameters.put("dataSha256Of", "all pixels, then all labels, without headers");
    return new Manifest.Provenance(
        request.source(),
        Optional.of(Sha256.of(content.toByteArray())),
        OptionalLong.of(all.size()),
        "convolutional-network",
        Optional.of("digits"),
        parameters,
        OptionalLong.of(request.seed()),
        Optional.of(request.gitCommit()),
        Optional.of(sparkVersion),
        Optional.of(System.getProperty("java.version")),
        OptionalInt.of(ConvolutionGraph.OPSET),
        Optional.of(Version.OF_THIS_JOB));
  }
}
