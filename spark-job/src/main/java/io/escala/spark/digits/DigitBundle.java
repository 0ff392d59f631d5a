package io.escala.spark.digits;

import static io.escala.spark.digits.DigitNet.CLASSES;
import static io.escala.spark.digits.DigitNet.PIXELS;

import io.escala.inference.Datatype;
import io.escala.inference.Manifest;
import io.escala.spark.bundle.NewBundle;
import io.escala.spark.storage.SmallFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The fitted network as a model bundle ({@code docs/model-bundle.md}). Its input has 784 values a
 * row, which {@link Manifest} cannot hold in a golden row: there the row is empty, and its pixels
 * are written into the JSON here.
 */
final class DigitBundle {
  private static final String CONFUSION = "confusion.csv";
  private static final String EMPTY_ROW = "\"inputs\": {}";

  private final Manifest manifest;
  private final String json;
  private final Map<String, byte[]> files;

  /**
   * @param golden images for the manifest
   * @param probabilities that training computed for them, by image and class
   */
  DigitBundle(
      String name,
      Instant now,
      byte[] model,
      Confusion heldOut,
      double validationAccuracy,
      Manifest.Provenance provenance,
      Digits golden,
      float[] probabilities) {
    files = new LinkedHashMap<>();
    files.put(Manifest.MODEL_FILE, model);
    files.put(CONFUSION, heldOut.toCsv().getBytes(StandardCharsets.UTF_8));
    Map<String, Double> metrics = new LinkedHashMap<>(heldOut.metrics());
    metrics.put("validationAccuracy", validationAccuracy);
    Manifest.Input pixels =
        new Manifest.Input(
            DigitGraph.INPUT,
            Datatype.UINT8,
            List.of(-1L, (long) PIXELS),
            false,
            Optional.empty(),
            List.of(),
            Manifest.OtherValues.ACCEPTED,
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            "28x28 grey pixels, row by row, 0 (paper) to 255 (ink), as in MNIST");
    manifest =
        new Manifest(
            name,
            NewBundle.version(now, model),
            now.truncatedTo(ChronoUnit.SECONDS),
            Manifest.Task.MULTICLASS_CLASSIFICATION,
            "Which handwritten digit is this? A small convolutional network.",
            List.of(pixels),
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
    json = withPixels(manifest.toJson(), golden);
  }

  private static List<Manifest.Golden> golden(Digits images, float[] probabilities) {
    List<Manifest.Golden> rows = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      List<Double> row = new ArrayList<>();
      int best = 0;
      for (int c = 0; c < CLASSES; c++) {
        row.add((double) probabilities[i * CLASSES + c]);
        best = row.get(c) > row.get(best) ? c : best;
      }
      rows.add(new Manifest.Golden(Map.of(), String.valueOf(best), row));
    }
    return rows;
  }

  private static String withPixels(String json, Digits golden) {
    StringBuilder result = new StringBuilder();
    int copied = 0;
    for (int i = 0; i < golden.size(); i++) {
      int at = json.indexOf(EMPTY_ROW, copied);
      byte[] image = golden.part(i, i + 1).pixels();
      String values =
          IntStream.range(0, PIXELS)
              .mapToObj(p -> String.valueOf(image[p] & 0xFF))
              .collect(Collectors.joining(", "));
      result
          .append(json, copied, at)
          .append("\"inputs\": {\"" + DigitGraph.INPUT + "\": [")
          .append(values)
          .append("]}");
      copied = at + EMPTY_ROW.length();
    }
    return result.append(json, copied, json.length()).toString();
  }

  /** Writes it below the models' root, the pointer last, and returns its folder. */
  Path publish(Configuration conf, Path models) throws IOException {
    SmallFiles storage = new SmallFiles(conf);
    Path home = new Path(models, manifest.name());
    Path folder = new Path(home, manifest.version().text());
    if (storage.exists(folder)) {
      throw new IOException(
          folder + " exists already: another run wrote it within this second; run again");
    }
    try {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        storage.write(new Path(folder, file.getKey()), file.getValue());
      }
      storage.write(new Path(folder, Manifest.FILE_NAME), json.getBytes(StandardCharsets.UTF_8));
      storage.write(
          new Path(home, Manifest.POINTER_FILE),
          manifest.version().toPointerJson().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      storage.deleteFolder(folder);
      throw e;
    }
    return folder;
  }
}
