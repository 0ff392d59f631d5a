package io.escala.spark.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.escala.inference.Bundle;
import io.escala.inference.BundleFiles;
import io.escala.inference.BundleVersion;
import io.escala.inference.EngineChoice;
import io.escala.inference.Manifest;
import io.escala.inference.Model;
import io.escala.inference.Predictions;
import io.escala.spark.JobRun;
import io.escala.spark.RealData;
import io.escala.spark.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every row, scored by Spark and by ONNX Runtime: the same label, the same probability. */
class ParityTest {
  @TempDir Path folder;

  private static final String BOOK = "--recipe book";
  private static final String TREES = "--algorithm gbt --max-iterations 5 --no-time-check";
  private static final String BALANCED =
      "--algorithm gbt --max-iterations 3 --class-weight balanced --no-time-check";
  private static final String FOREST = "--algorithm random-forest --trees 8 --no-time-check";
  private static final String LOGISTIC = "--algorithm logistic --max-iterations 8 --no-time-check";
  private static final String WEIGHTED =
      "--algorithm logistic --max-iterations 8 --class-weight balanced --with-duration --no-time-check";

  @ParameterizedTest
  @CsvSource({
    "bank.csv," + BOOK,
    "bank-full.csv," + BOOK,
    "bank-deposit.csv," + BOOK,
    "bank.csv," + TREES,
    "bank-full.csv," + TREES,
    "bank-deposit.csv," + TREES,
    "bank.csv," + BALANCED,
    "bank.csv," + FOREST,
    "bank-deposit.csv," + FOREST,
    "bank.csv," + LOGISTIC,
    "bank-full.csv," + LOGISTIC,
    "bank-deposit.csv," + LOGISTIC,
    "bank.csv," + WEIGHTED
  })
  void shouldAgreeOnEveryRealRow(String name, String options) throws Exception {
    assertParity(RealData.file(name), options);
  }

  @ParameterizedTest
  @ValueSource(strings = {BOOK, TREES, FOREST, LOGISTIC, WEIGHTED})
  void shouldAgreeOnGeneratedRowsWithHolesAndValuesThatTrainingNeverSaw(String options)
      throws Exception {
    // given
    Path rows = folder.resolve("rows");
    JobRun.of("generate", "--rows", "3000", "--output-path", rows.toString());
    Path holed = Files.createDirectory(folder.resolve("holed")).resolve("bank.csv");
    Files.write(holed, holed(Files.readAllLines(rows.resolve("part-00000.csv"))));

    // when
    List<Row> results = assertParity(holed, options);

    // then
    assertThat(results).anyMatch(r -> r.isNullAt(r.fieldIndex("age")));
    assertThat(results).anyMatch(r -> r.isNullAt(r.fieldIndex("balance")));
    assertThat(results).anyMatch(r -> r.isNullAt(r.fieldIndex("day")));
    assertThat(results).anyMatch(r -> r.isNullAt(r.fieldIndex("job")));
    assertThat(results)
        .anyMatch(
            r ->
                r.getAs("split").equals("test")
                    && String.valueOf(r.<String>getAs("job")).startsWith("unseen-"));
  }

  /** Empties one cell in ten and gives one row in ten a job of its own. */
  private static List<String> holed(List<String> lines) {
    SplittableRandom random = new SplittableRandom(1);
    List<String> holed = new ArrayList<>(lines.subList(0, 1));
    for (int i = 1; i < lines.size(); i++) {
      String[] cells = lines.get(i).split(";", -1);
      if (random.nextInt(10) == 0) {
        cells[1] = "\"unseen-" + i + "\"";
      }
      for (int c = 0; c < cells.length - 1; c++) {
        if (random.nextInt(10) == 0) {
          cells[c] = random.nextBoolean() ? "" : "\"\"";
        }
      }
      holed.add(String.join(";", cells));
    }
    return holed;
  }

  private List<Row> assertParity(Path data, String options) throws IOException {
    Path output = folder.resolve("out");
    List<String> command =
        new ArrayList<>(
            List.of("train", "--input-path", data.toString(), "--output-path", output.toString()));
    command.addAll(List.of(options.split(" ", -1)));
    JobRun run = JobRun.of(command.toArray(String[]::new));
    assertThat(run.code()).as(run.err()).isZero();
    List<Row> results =
        TestSpark.session()
            .read()
            .parquet(output.resolve(Training.RESULTS).toString())
            .collectAsList();
    Path bank = output.resolve("models").resolve("bank");
    BundleVersion version =
        BundleVersion.fromPointerJson(Files.readAllBytes(bank.resolve(Manifest.POINTER_FILE)));
    for (EngineChoice engine : EngineChoice.values()) {
      try (Model model = Bundle.open(BundleFiles.of(bank.resolve(version.text())), engine)) {
        double difference = difference(model, results);
        System.out.printf(
            "[parity] %s, %s, %s: %d rows, largest difference %.1e%n",
            data.getFileName(), options, model.engine(), results.size(), difference);
        assertThat(model.engine())
            .isEqualTo(engine == EngineChoice.FITTING ? "java" : "onnxruntime");
        assertThat(difference).isLessThan(1e-9);
      }
    }
    assertThat(results).hasSizeGreaterThan(1000);
    return results;
  }

  /** The largest of a probability; labels must be equal. */
  private static double difference(Model model, List<Row> results) {
    Predictions predictions =
        model.predict(results.stream().map(r -> inputs(model.manifest(), r)).toList());
    double difference = 0;
    for (int i = 0; i < results.size(); i++) {
      Row row = results.get(i);
      assertThat(predictions.labelIndex(i))
          .as("label of %s", row)
          .isEqualTo(row.<Integer>getAs(Training.PREDICTION));
      difference =
          Math.max(
              difference,
              Math.abs(predictions.probability(i, 1) - row.<Double>getAs(Training.PROBABILITY)));
    }
    return difference;
  }

  private static Map<String, Object> inputs(Manifest manifest, Row row) {
    Map<String, Object> inputs = new HashMap<>();
    for (Manifest.Input input : manifest.inputs()) {
      Object value = row.getAs(input.name());
      inputs.put(input.name(), value);
    }
    return inputs;
  }
}
