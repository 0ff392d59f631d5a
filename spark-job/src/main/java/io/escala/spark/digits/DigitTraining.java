package io.escala.spark.digits;

import static io.escala.spark.digits.DigitNet.CLASSES;

import ai.onnxruntime.OrtException;
import io.escala.inference.Bundle;
import io.escala.inference.BundleException;
import io.escala.inference.Manifest;
import io.escala.inference.Sha256;
import io.escala.spark.Mistake;
import io.escala.spark.storage.Locations;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * From a folder of images to a published digit classifier. The first three quarters of the images
 * are fitted, the next twelfth is for choosing settings, the last sixth is held out: it is looked
 * at once, at the end. For MNIST's 60,000 that is 45,000, 5,000 and 10,000.
 *
 * <p>The network is fitted on the driver, whose memory holds the images many times over: to spread
 * a minute or two of work over a cluster would take longer, and would add the gradients in the
 * order in which executors answer.
 */
public final class DigitTraining {
  private static final int FEWEST_IMAGES = 120;

  private final Configuration conf;
  private final String sparkVersion;
  private final Clock clock;

  public DigitTraining(Configuration conf, String sparkVersion, Clock clock) {
    this.conf = conf;
    this.sparkVersion = sparkVersion;
    this.clock = clock;
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
   * @param afterEpoch told the number of epochs done
   * @throws Mistake if the folder has not enough images, or a file is broken
   */
  public Result run(Request request, IntConsumer afterEpoch) throws IOException {
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
    Digits validation = all.part(validationStart, heldOutStart);
    Digits heldOut = all.part(heldOutStart, all.size());

    float[] parameters;
    Confusion onValidation;
    float[] answers;
    try (DigitTrainer trainer = new DigitTrainer(request.cores())) {
      parameters = trainer.fit(train, request.epochs(), request.seed(), afterEpoch);
      onValidation =
          Confusion.of(validation.labels(), trainer.probabilities(validation, parameters));
      answers = trainer.probabilities(heldOut, parameters);
    }
    Confusion onHeldOut = Confusion.of(heldOut.labels(), answers);
    byte[] model = DigitGraph.of(parameters);
    float[] served = byRuntime(model, heldOut);
    int[] golden = firstOfEach(heldOut.labels());
    if (!(difference(pick(served, golden), pick(answers, golden))
        <= Bundle.PROBABILITY_TOLERANCE)) {
      throw new BundleException(
          "ONNX Runtime's probabilities of the golden images are not those of training");
    }
    DigitBundle bundle =
        new DigitBundle(
            request.name(),
            clock.instant(),
            model,
            onHeldOut,
            onValidation.accuracy(),
            provenance(request, all),
            pick(heldOut, golden),
            pick(answers, golden));
    return new Result(
        train.size(),
        validation.size(),
        heldOut.size(),
        onValidation.accuracy(),
        onHeldOut.metrics(),
        onHeldOut.toCsv(),
        difference(served, answers),
        model.length,
        bundle.publish(conf, models));
  }

  private static float[] byRuntime(byte[] model, Digits images) {
    try (RuntimeCheck runtime = new RuntimeCheck(model)) {
      return runtime.probabilities(images);
    } catch (OrtException e) {
      throw new BundleException("ONNX Runtime cannot run the graph: " + e.getMessage(), e);
    }
  }

  private static double difference(float[] served, float[] computed) {
    double largest = 0;
    for (int i = 0; i < served.length; i++) {
      largest = Math.max(largest, Math.abs((double) served[i] - computed[i]));
    }
    return largest;
  }

  /** The index of the first image of each digit there is. */
  private static int[] firstOfEach(byte[] labels) {
    return IntStream.range(0, CLASSES)
        .map(
            digit ->
                IntStream.range(0, labels.length)
                    .filter(i -> labels[i] == digit)
                    .findFirst()
                    .orElse(-1))
        .filter(i -> i >= 0)
        .toArray();
  }

  private static Digits pick(Digits from, int[] indexes) {
    ByteArrayOutputStream pixels = new ByteArrayOutputStream();
    ByteArrayOutputStream labels = new ByteArrayOutputStream();
    for (int i : indexes) {
      Digits one = from.part(i, i + 1);
      pixels.writeBytes(one.pixels());
      labels.writeBytes(one.labels());
    }
    return new Digits(pixels.toByteArray(), labels.toByteArray());
  }

  private static float[] pick(float[] probabilities, int[] indexes) {
    float[] picked = new float[indexes.length * CLASSES];
    for (int i = 0; i < indexes.length; i++) {
      System.arraycopy(probabilities, indexes[i] * CLASSES, picked, i * CLASSES, CLASSES);
    }
    return picked;
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
        OptionalInt.of(DigitGraph.OPSET),
        Optional.of(version()));
  }

  private static String version() {
    Properties properties = new Properties();
    try (InputStream in =
        DigitTraining.class.getResourceAsStream("/io/escala/spark/train/version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }
}
