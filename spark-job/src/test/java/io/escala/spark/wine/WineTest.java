package io.escala.spark.wine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.escala.inference.Batch;
import io.escala.inference.Bundle;
import io.escala.inference.BundleFiles;
import io.escala.inference.BundleVersion;
import io.escala.inference.Manifest;
import io.escala.inference.Model;
import io.escala.inference.Predictions;
import io.escala.inference.Sha256;
import io.escala.spark.JobRun;
import io.escala.spark.onnx.SvmFormula;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WineTest {
  private static final long SEED = 1;

  @TempDir Path folder;

  @Test
  void shouldGiveEveryRowTheLabelThatScikitLearnGives() throws IOException {
    // given
    WineRows rows = rows();
    List<String[]> expected = scikitLearn();
    SvmFormula formula = WineSvm.fit(rows, SEED);

    // when
    List<Integer> labels = new ArrayList<>();
    int right = 0;
    for (int row = 0; row < rows.size(); row++) {
      labels.add(formula.label(rows.features()[row]));
      right += labels.get(row) == rows.targets()[row] ? 1 : 0;
    }

    // then
    assertThat(labels).isEqualTo(expected.stream().map(e -> Integer.valueOf(e[0])).toList());
    assertThat(labels.subList(0, 10)).containsExactly(0, 0, 0, 0, 2, 0, 0, 0, 0, 0);
    assertThat(right).isEqualTo(126);
    assertThat(formula.size()).isEqualTo(114);
  }

  @Test
  void shouldDecideAboutEveryPairAsScikitLearnDoes() throws IOException {
    WineRows rows = rows();
    List<String[]> expected = scikitLearn();
    SvmFormula formula = WineSvm.fit(rows, SEED);
    for (int row = 0; row < rows.size(); row++) {
      double[] decisions = formula.decisions(rows.features()[row]);
      for (int pair = 0; pair < decisions.length; pair++) {
        double wanted = Double.parseDouble(expected.get(row)[pair + 1]);
        assertThat(decisions[pair])
            .as("row %s, pair %s", row, pair)
            .isCloseTo(wanted, within(1e-6 * Math.max(1e-3, Math.abs(wanted))));
      }
    }
  }

  @Test
  void shouldNotDependOnTheOrderOfTheClassesInTheData() throws IOException {
    // given
    List<String> lines = new ArrayList<>(lines());
    List<String> reversed = new ArrayList<>(lines.subList(1, lines.size()));
    Collections.reverse(reversed);
    reversed.add(0, lines.get(0));

    // when
    SvmFormula formula = WineSvm.fit(read(reversed), SEED);

    // then
    WineRows rows = rows();
    List<String[]> expected = scikitLearn();
    int same = 0;
    for (int row = 0; row < rows.size(); row++) {
      same += formula.label(rows.features()[row]) == Integer.parseInt(expected.get(row)[0]) ? 1 : 0;
    }
    assertThat(same).isEqualTo(rows.size());
  }

  @Test
  void shouldScoreInBatchesAsTheFormulaDoes() throws IOException {
    // given
    WineRows rows = rows();
    SvmFormula formula = WineSvm.fit(rows, SEED);
    int many = 20_000;
    Random random = new Random(3);
    double[][] jittered = new double[many][];
    for (int i = 0; i < many; i++) {
      jittered[i] = rows.features()[random.nextInt(rows.size())].clone();
      for (int c = 0; c < jittered[i].length; c++) {
        jittered[i][c] *= 1 + 0.1 * random.nextGaussian();
      }
    }
    JobRun run = JobRun.of("train-wine", "--model-path", folder.toString());
    assertThat(run.complaint()).isEmpty();

    // when
    try (Model model = Bundle.open(BundleFiles.of(current(folder.resolve("wine"))))) {
      Batch batch = model.batch(many);
      for (double[] row : jittered) {
        for (int c = 0; c < row.length; c++) {
          batch.set(c, row[c]);
        }
        batch.add();
      }
      Predictions predictions = model.predict(batch);

      // then
      double difference = 0;
      for (int i = 0; i < many; i++) {
        double[] expected = formula.probabilities(jittered[i]);
        for (int c = 0; c < expected.length; c++) {
          difference = Math.max(difference, Math.abs(expected[c] - predictions.probability(i, c)));
        }
        boolean tie = false;
        for (double decision : formula.decisions(jittered[i])) {
          tie |= Math.abs(decision) < 1e-6;
        }
        assertThat(predictions.labelIndex(i) == formula.label(jittered[i]) || tie)
            .as("label of row %s", i)
            .isTrue();
      }
      System.out.printf("[parity] wine: %d rows, largest difference %.1e%n", many, difference);
      assertThat(difference).isLessThan(1e-6);
    }
  }

  @Test
  void shouldGiveTheSameBytesOnEveryRunAndThoseOfTheBundleInTheRepository() throws IOException {
    // when
    JobRun.of("train-wine", "--model-path", folder.resolve("a").toString());
    JobRun.of("train-wine", "--model-path", folder.resolve("b").toString());

    // then
    Path first = current(folder.resolve("a").resolve("wine"));
    Path second = current(folder.resolve("b").resolve("wine"));
    Path carried =
        current(Path.of(System.getProperty("escala.root")).resolve("models").resolve("wine"));
    assertThat(hash(first)).isEqualTo(hash(second)).isEqualTo(hash(carried));
    Bundle.verify(carried);
  }

  @Test
  void shouldSayWhatIsWrongWithOtherData() throws IOException {
    List<String> lines = lines();
    assertThat(complaint(List.of("178,13,class_0,class_1,class_2", lines.get(1))))
        .contains("line 1: column 'alcohol' not found in the header; expected alcohol,");
    List<String> word = new ArrayList<>(lines);
    word.set(2, lines.get(2).replace("13.2,", "strong,"));
    assertThat(complaint(word)).contains("line 3, column alcohol: 'strong' is not a number");
    List<String> target = new ArrayList<>(lines);
    target.set(2, lines.get(2).replaceAll(",0$", ",3"));
    assertThat(complaint(target)).contains("line 3, column target: '3' is not 0, 1 or 2");
    assertThat(complaint(lines.subList(0, 40)))
        .contains("0 rows have the target 1, but fitting needs at least 5 of each of 0, 1 and 2");
  }

  private String complaint(List<String> lines) throws IOException {
    Path file = Files.write(folder.resolve("other.csv"), lines);
    JobRun run =
        JobRun.of(
            "train-wine",
            "--input-path",
            file.toString(),
            "--model-path",
            folder.resolve("none").toString());
    assertThat(run.code()).isEqualTo(1);
    assertThat(folder.resolve("none")).doesNotExist();
    assertThat(run.complaint()).startsWith("error: " + file);
    return run.complaint();
  }

  private static String hash(Path bundle) throws IOException {
    return Sha256.of(Files.readAllBytes(bundle.resolve(Manifest.MODEL_FILE)));
  }

  private static Path current(Path model) throws IOException {
    return model.resolve(
        BundleVersion.fromPointerJson(Files.readAllBytes(model.resolve(Manifest.POINTER_FILE)))
            .text());
  }

  private static WineRows rows() throws IOException {
    return read(lines());
  }

  private static WineRows read(List<String> lines) throws IOException {
    return WineRows.read(
        "wine.csv", new BufferedReader(new java.io.StringReader(String.join("\n", lines))));
  }

  private static List<String> lines() throws IOException {
    return resource("wine.csv");
  }

  private static List<String[]> scikitLearn() throws IOException {
    List<String> lines = resource("sklearn-svc.csv");
    return lines.subList(2, lines.size()).stream().map(l -> l.split(",", -1)).toList();
  }

  private static List<String> resource(String name) throws IOException {
    try (BufferedReader text =
        new BufferedReader(
            new InputStreamReader(
                WineTest.class.getResourceAsStream(name), StandardCharsets.UTF_8))) {
      return text.lines().toList();
    }
  }
}
