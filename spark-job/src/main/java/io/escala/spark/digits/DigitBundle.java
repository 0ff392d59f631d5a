package io.escala.spark.digits;

import static io.escala.spark.digits.DigitNet.CLASSES;
import static io.escala.spark.digits.DigitNet.PIXELS;

import io.escala.inference.Datatype;
import io.escala.inference.Manifest;
import io.escala.spark.bundle.NewBundle;
import io.escala.spark.onnx.ConvolutionGraph;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** The fitted network as a model bundle. */
final class DigitBundle {
  private static final String CONFUSION = "confusion.csv";

  private DigitBundle() {}

  /**
   * @param golden images for the manifest
   * @param probabilities that training computed for them, by image and class
   */
  static NewBundle of(
      String name,
      Instant now,
      byte[] model,
      Confusion heldOut,
      double validationAccuracy,
      Manifest.Provenance provenance,
      Digits golden,
      float[] probabilities) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(Manifest.MODEL_FILE, model);
    files.put(CONFUSION, heldOut.toCsv().getBytes(StandardCharsets.UTF_8));
    Map<String, Double> metrics = new LinkedHashMap<>(heldOut.metrics());
    metrics.put("validationAccuracy", validationAccuracy);
    Manifest manifest =
        new Manifest(
            name,
            NewBundle.version(now, model),
            now.truncatedTo(ChronoUnit.SECONDS),
            Manifest.Task.MULTICLASS_CLASSIFICATION,
            "Which handwritten digit is this? A small convolutional network.",
            List.of(
                Manifest.Input.ofSeveral(ConvolutionGraph.INPUT, Datatype.UINT8, PIXELS)
                    .withDescription(
                        "28x28 grey pixels, row by row, 0 (paper) to 255 (ink), as in MNIST")),
            List.of(),
            List.of(
                new Manifest.Output(Manifest.LABEL, Datatype.INT64, List.of(-1L)),
                new Manifest.Output(
                    Manifest.PROBABILITIES, Datatype.FP32, List.of(-1L, (long) CLASSES))),
            IntStream.range(0, CLASSES).mapToObj(String::valueOf).toList(),
            Optional.empty(),
            OptionalDouble.empty(),
            metrics,
            provenance,
            NewBundle.hashes(files),
            golden(golden, probabilities));
    return new NewBundle(manifest, files);
  }

  private static List<Manifest.Golden> golden(Digits images, float[] probabilities) {
    List<Manifest.Golden> rows = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      List<Long> pixels = new ArrayList<>();
      for (byte pixel : images.part(i, i + 1).pixels()) {
        pixels.add((long) (pixel & 0xFF));
      }
      List<Double> row = new ArrayList<>();
      int best = 0;
      for (int c = 0; c < CLASSES; c++) {
        row.add((double) probabilities[i * CLASSES + c]);
        best = row.get(c) > row.get(best) ? c : best;
      }
      rows.add(
          new Manifest.Golden(Map.of(ConvolutionGraph.INPUT, pixels), String.valueOf(best), row));
    }
    return rows;
  }
}
