package io.escala.spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.escala.inference.Bundle;
import io.escala.inference.BundleVersion;
import io.escala.inference.Manifest;
import io.escala.spark.JobRun;
import io.escala.spark.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FullRecipeTest {
  private static final String PIECE_BYTES = "spark.sql.files.maxPartitionBytes";

  @TempDir Path folder;

  @AfterEach
  void readInPiecesOfTheUsualSize() {
    TestSpark.session().conf().unset(PIECE_BYTES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--algorithm gbt --max-iterations 3",
        "--algorithm random-forest --trees 5",
        "--algorithm logistic --max-iterations 8"
      })
  void shouldGiveTheSameModelHoweverTheRowsAreCutAndOrdered(String options) throws Exception {
    // given
    Path whole = generated(1500);
    List<String> lines = Files.readAllLines(whole.resolve("part-00000.csv"));
    Path cut = Files.createDirectory(folder.resolve("cut"));
    List<String> shuffled = new ArrayList<>(lines.subList(1, lines.size()));
    Collections.shuffle(shuffled, new Random(1));
    for (int i = 0; i < 3; i++) {
      List<String> piece = new ArrayList<>(lines.subList(0, 1));
      piece.addAll(shuffled.subList(i * 500, (i + 1) * 500));
      Files.write(cut.resolve(i + ".csv"), piece);
    }

    // when
    Manifest first = trained(whole, "first", options + " --no-time-check");
    TestSpark.session().conf().set(PIECE_BYTES, "20000");
    Manifest second = trained(cut, "second", options + " --no-time-check");

    // then
    assertThat(second.files().get(Manifest.MODEL_FILE))
        .isEqualTo(first.files().get(Manifest.MODEL_FILE));
    assertThat(second.metrics()).isEqualTo(first.metrics());
    assertThat(second.golden()).isEqualTo(first.golden());
    assertThat(results("second").exceptAll(results("first")).isEmpty()).isTrue();
  }

  @Test
  void shouldHoldOutTheSameShareOfEitherClass() throws Exception {
    // when
    Manifest manifest =
        trained(
            generated(1500),
            "out",
            "--algorithm logistic --max-iterations 8 --no-time-check --seed 7");

    // then
    Dataset<Row> results = results("out");
    for (String answer : List.of("yes", "no")) {
      double all = results.filter("y = '" + answer + "'").count();
      double held = results.filter("split = 'test' and y = '" + answer + "'").count();
      assertThat(held / all).isCloseTo(0.3, within(0.02));
    }
    assertThat(
            results
                .filter(
                    "prediction <> if(probability > "
                        + manifest.threshold().getAsDouble()
                        + ", 1, 0)")
                .count())
        .isZero();
    assertThat(manifest.ignored()).containsExactly("duration");
    assertThat(manifest.inputs()).hasSize(15).allMatch(Manifest.Input::nullable);
    assertThat(manifest.provenance().recipe()).contains("full");
    assertThat(manifest.provenance().parameters()).containsEntry("split", "stratified 0.7/0.3");
  }

  @Test
  void shouldHoldOutTheLastRowsOfTheInputWhereverItsPiecesEnd() throws Exception {
    // given rows that can be told apart by their place
    Path rows = generated(2000);
    Path file = rows.resolve("part-00000.csv");
    List<String> lines = Files.readAllLines(file);
    for (int i = 1; i < lines.size(); i++) {
      lines.set(i, lines.get(i).replaceFirst("^((?:[^;]*;){5})[^;]*", "$1" + i));
    }
    Path table = Files.createDirectory(folder.resolve("table"));
    Files.write(table.resolve("a.csv"), lines.subList(0, 801));
    List<String> rest = new ArrayList<>(lines.subList(0, 1));
    String bad = lines.get(1).replaceFirst("^[^;]*", "old");
    for (int i = 801; i < lines.size(); i++) {
      rest.addAll(i % 150 == 0 ? List.of(bad, bad, lines.get(i)) : List.of(lines.get(i)));
    }
    Files.write(table.resolve("b.csv"), rest);
    TestSpark.session().conf().set(PIECE_BYTES, "30000");

    // when
    train(
        table, "out", "--algorithm logistic --max-iterations 8 --split time --bad-rows quarantine");

    // then
    assertThat(results("out").filter("split = 'test'").count()).isEqualTo(600);
    assertThat(results("out").filter("split = 'test' and balance <= 1400").count()).isZero();
  }

  @Test
  void shouldMeasureInTheOrderOfTheInputBesideTheSplit() throws Exception {
    // when
    JobRun run = train(generated(2000), "out", "--algorithm logistic --max-iterations 8");

    // then
    assertThat(run.out()).contains("held out   later rows", "threshold 0.");
    assertThat(run.out()).containsPattern("accuracy +0\\.\\d{4} +0\\.\\d{4}\\R  always no +0\\.");
    assertThat(Files.readString(folder.resolve("out").resolve("metrics.json")))
        .contains("\"timeOrdered\": {", "\"importances\": {", "\"threshold\": 0.");
    assertThat(manifest("out").metrics()).containsKey("timeOrdered.rocAuc");
  }

  @Test
  void shouldSayWhyTheOrderOfTheInputMeansNothing() {
    // given two Parquet files
    Path rows = generated(1000);
    String table = folder.resolve("table").toString();
    TestSpark.session().conf().set(PIECE_BYTES, "20000");
    JobRun.of("prepare", "--input-path", rows.toString(), "--output-path", table);

    // when
    JobRun checked = train(Path.of(table), "out", "--algorithm logistic --max-iterations 8");
    JobRun refused =
        train(Path.of(table), "none", "--algorithm logistic --max-iterations 8 --split time");

    // then
    assertThat(checked.code()).isZero();
    assertThat(checked.out())
        .contains("note      not measured in the order of time: " + table + " is ")
        .doesNotContain("later rows");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.complaint())
        .startsWith("error: --split time: " + table + " is ")
        .endsWith("give the CSV or one Parquet file");
  }

  @Test
  void shouldScoreEveryRowByAModelThatHadNotSeenItAndPublishOneThatSawAll() throws Exception {
    // when
    JobRun run = train(generated(2000), "out", "--algorithm logistic --max-iterations 8 --folds 4");

    // then
    assertThat(run.out())
        .contains(
            "rows      2000 (2000 to fit, 2000 held out in 4 turns)",
            "mean of 4 folds   deviation");
    List<Row> folds = results("out").groupBy("split").count().orderBy("split").collectAsList();
    assertThat(folds)
        .extracting(r -> r.getString(0))
        .containsExactly("fold-1", "fold-2", "fold-3", "fold-4");
    assertThat(folds).allMatch(r -> Math.abs(r.getLong(1) - 500) < 10);
    assertThat(manifest("out").metrics()).containsKeys("foldMean.rocAuc", "foldDeviation.prAuc");
  }

  @Test
  void shouldGiveCalibratedProbabilitiesWithBalancedClassesToo() throws Exception {
    // when
    trained(
        generated(4000),
        "out",
        "--algorithm logistic --max-iterations 8 --class-weight balanced --no-time-check");

    // then
    Row means =
        results("out")
            .filter("split = 'test'")
            .selectExpr("avg(probability)", "avg(label)")
            .first();
    assertThat(means.getDouble(0)).isCloseTo(means.getDouble(1), within(0.02));
  }

  @Test
  void shouldWarnOfAColumnThatIsKnownTooLate() throws Exception {
    // when
    JobRun run =
        train(
            generated(1000),
            "out",
            "--algorithm logistic --max-iterations 8 --with-duration --no-time-check");

    // then
    assertThat(run.complaint()).startsWith("warning: --with-duration: ");
    assertThat(manifest("out").ignored()).isEmpty();
  }

  @Test
  void shouldSayWhatItTriedAndChose() {
    // when
    JobRun run =
        train(
            generated(1000),
            "out",
            "--algorithm logistic --max-iterations 8 --tune --no-time-check");

    // then
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().lines().filter(l -> l.contains("note      chosen {maxIter="))).hasSize(1);
    assertThat(run.out().lines().filter(l -> l.contains("note      tried {maxIter="))).hasSize(4);
  }

  @Test
  void shouldLeaveNoTemporaryFilesBehind() throws IOException {
    // when
    train(generated(1000), "out", "--max-iterations 12 --max-depth 2 --no-time-check");

    // then
    try (var files = Files.list(folder.resolve("out"))) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("metrics.json", "models", "report.html", "results.parquet");
    }
  }

  private Manifest trained(Path rows, String name, String options) throws IOException {
    JobRun run = train(rows, name, options);
    assertThat(run.complaint()).isEmpty();
    return manifest(name);
  }

  private JobRun train(Path rows, String name, String options) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "train",
                "--input-path",
                rows.toString(),
                "--output-path",
                folder.resolve(name).toString()));
    command.addAll(List.of(options.split(" ", -1)));
    return JobRun.of(command.toArray(String[]::new));
  }

  private Manifest manifest(String name) throws IOException {
    Path bank = folder.resolve(name).resolve("models").resolve("bank");
    BundleVersion version =
        BundleVersion.fromPointerJson(Files.readAllBytes(bank.resolve("current.json")));
    return Bundle.verify(bank.resolve(version.text()));
  }

  private Dataset<Row> results(String name) {
    return TestSpark.session()
        .read()
        .parquet(folder.resolve(name).resolve(Training.RESULTS).toString());
  }

  private Path generated(int rows) {
    Path table = folder.resolve("rows");
    JobRun run =
        JobRun.of("generate", "--rows", String.valueOf(rows), "--output-path", table.toString());
    assertThat(run.complaint()).isEmpty();
    return table;
  }
}
