package io.escala.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.escala.inference.Bundle;
import io.escala.inference.BundleVersion;
import io.escala.inference.Manifest;
import io.escala.inference.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SparkJobTest {
  @TempDir Path folder;

  @Test
  void shouldGoFromGeneratedRowsOverPreparedOnesToAPublishedModel() throws Exception {
    // given
    String rows = folder.resolve("rows").toString();
    String table = folder.resolve("table.parquet").toString();
    Path output = folder.resolve("out");

    // when
    JobRun generated = JobRun.of("generate", "--rows", "4000", "--output-path", rows);
    JobRun prepared = JobRun.of("prepare", "--input-path", rows, "--output-path", table);
    JobRun trained =
        JobRun.of(
            "train",
            "--recipe",
            "book",
            "--input-path",
            table,
            "--output-path",
            output.toString(),
            "--name",
            "demo");

    // then
    assertThat(generated).extracting(JobRun::code, JobRun::complaint).containsExactly(0, "");
    assertThat(prepared).extracting(JobRun::code, JobRun::complaint).containsExactly(0, "");
    assertThat(trained).extracting(JobRun::code, JobRun::complaint).containsExactly(0, "");
    assertThat(trained.out()).contains("rows      4000 (", "report    file:", "model     file:");
    Path models = output.resolve("models").resolve("demo");
    BundleVersion version =
        BundleVersion.fromPointerJson(Files.readAllBytes(models.resolve("current.json")));
    Manifest manifest = Bundle.verify(models.resolve(version.text()));
    assertThat(manifest.name()).isEqualTo("demo");
    assertThat(manifest.ignored())
        .containsExactly("month", "duration", "campaign", "pdays", "previous", "poutcome");
    assertThat(manifest.provenance().rows()).hasValue(4000);
    assertThat(manifest.provenance().gitCommit()).contains("unknown");
    assertThat(manifest.provenance().escalaVersion().orElseThrow()).matches("\\d+\\.\\d+\\.\\d+");
    assertThat(manifest.golden()).hasSizeGreaterThanOrEqualTo(20);
    assertThat(list(models)).containsExactlyInAnyOrder("current.json", version.text());
    assertThat(list(output))
        .containsExactly("metrics.json", "models", "report.html", "results.parquet");
  }

  @Test
  void shouldWriteEveryRowWithItsRawColumnsAndWhatTheModelSays() {
    // given
    Path rows = generated(1000);
    Path output = folder.resolve("out");

    // when
    JobRun.of(
        "train",
        "--recipe",
        "book",
        "--input-path",
        rows.toString(),
        "--output-path",
        output.toString());

    // then
    Dataset<Row> results =
        TestSpark.session().read().parquet(output.resolve("results.parquet").toString());
    assertThat(results.columns())
        .containsExactly(
            "age",
            "job",
            "marital",
            "education",
            "default",
            "balance",
            "housing",
            "loan",
            "contact",
            "day",
            "month",
            "duration",
            "campaign",
            "pdays",
            "previous",
            "poutcome",
            "y",
            "label",
            "split",
            "prediction",
            "probability");
    assertThat(results.count()).isEqualTo(1000);
    assertThat(
            results
                .filter(
                    "label <> if(y = 'yes', 1, 0) or prediction <> if(probability > 0.5, 1, 0)"
                        + " or probability is null or split not in ('train', 'test')")
                .count())
        .isZero();
    assertThat(results.filter("split = 'test'").count()).isBetween(250L, 350L);
  }

  @Test
  void shouldTakeOptionsAsTheSourceDocumentSpellsThem() {
    // given
    Path rows = generated(300);
    Path output = folder.resolve("out");
    Path models = folder.resolve("elsewhere");

    // when
    JobRun run =
        JobRun.of(
            "train",
            "--recipe",
            "book",
            "--input_path",
            rows.toString(),
            "--output_path",
            output.toString(),
            "--model_path",
            models.toString(),
            "--git_commit",
            "abc");

    // then
    assertThat(run).extracting(JobRun::code, JobRun::complaint).containsExactly(0, "");
    assertThat(models.resolve("bank").resolve("current.json")).exists();
    assertThat(output.resolve("models")).doesNotExist();
  }

  @Test
  void shouldGiveTheSameModelForTheSameRowsAndSeed() throws Exception {
    // given
    Path rows = generated(500);

    // when
    Manifest first = trained(rows, "a");
    Manifest second = trained(rows, "b");

    // then
    assertThat(second.files().get(Manifest.MODEL_FILE))
        .isEqualTo(first.files().get(Manifest.MODEL_FILE));
    assertThat(undatedReport("b", second)).isEqualTo(undatedReport("a", first));
    assertThat(second.metrics()).isEqualTo(first.metrics());
    assertThat(second.golden()).isEqualTo(first.golden());
    assertThat(first.provenance().dataSha256()).contains(Sha256.of(rows.resolve("part-00000.csv")));
  }

  private String undatedReport(String output, Manifest manifest) throws IOException {
    return Files.readString(folder.resolve(output).resolve("report.html"))
        .replace(manifest.version().text(), "VERSION")
        .replaceFirst("Made on [^<]*", "Made");
  }

  @ParameterizedTest
  @ValueSource(strings = {"parquet", "csv", "json"})
  void shouldPrepareInEveryFormatAndReplaceWhatWasThere(String format) {
    // given
    Path rows = generated(50);
    String[] command = {
      "prepare",
      "--input-path",
      rows.toString(),
      "--output-path",
      folder.resolve("table").toString(),
      "--format",
      format
    };

    // when
    JobRun first = JobRun.of(command);
    JobRun second = JobRun.of(command);

    // then
    assertThat(first).extracting(JobRun::code, JobRun::complaint).containsExactly(0, "");
    assertThat(second).extracting(JobRun::code, JobRun::complaint).containsExactly(0, "");
    Dataset<Row> table =
        TestSpark.session()
            .read()
            .format(format)
            .option("header", true)
            .load(folder.resolve("table").toString());
    assertThat(table.count()).isEqualTo(50);
    assertThat(table.filter("label = if(y = 'yes', 1, 0)").count()).isEqualTo(50);
  }

  @Test
  void shouldTrainOnAPreparedCsvWhoseLabelAgrees() {
    // given
    Path rows = generated(300);
    Path table = folder.resolve("table");
    JobRun.of(
        "prepare",
        "--input-path",
        rows.toString(),
        "--output-path",
        table.toString(),
        "--format",
        "csv");

    // when
    JobRun run =
        JobRun.of(
            "train",
            "--recipe",
            "book",
            "--input-path",
            table.toString(),
            "--output-path",
            folder.resolve("out").toString());

    // then
    assertThat(run).extracting(JobRun::code, JobRun::complaint).containsExactly(0, "");
  }

  @Test
  void shouldSayWhatItDoesWhileItDoesIt() throws Exception {
    // given
    Path rows = generated(300);

    // when
    JobRun run =
        JobRun.of(
            "train",
            "--recipe",
            "book",
            "--input-path",
            rows.toString(),
            "--output-path",
            folder.resolve("out").toString());

    // then
    assertThat(run.err())
        .containsPattern("\\[escala] read and split the rows: stage \\d+, 1/1 tasks, \\d+\\.\\d s")
        .containsPattern("\\[escala] fit logistic regression: stage \\d+, 1/1 tasks");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "train",
        "trian --input-path a --output-path b",
        "train --input-path a --output-path b --recipe none",
        "train --input-path a --output-path b --name a/b",
        "train --input-path a --output-path b --algorithm svm",
        "train --input-path a --output-path b --algorithm logistic --max-depth 3",
        "train --input-path a --output-path b --trees 3",
        "train --input-path a --output-path b --max-iterations 0",
        "train --input-path a --output-path b --folds 1",
        "train --input-path a --output-path b --folds 3 --split time",
        "train --input-path a --output-path b --recipe book --folds 3",
        "train --input-path a --output-path b --split alphabetical",
        "generate --rows 0 --output-path b",
        "generate --rows many --output-path b",
        "prepare --input-path a --output-path b --format orc",
        ""
      })
  void shouldExitWith2OnWrongUsage(String line) {
    // when
    JobRun run = JobRun.of(line.isEmpty() ? new String[0] : line.split(" ", -1));

    // then
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).isNotBlank().doesNotContain("\tat ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"prepare", "train", "train-segments", "generate"})
  void shouldTeachWithExamples(String command) {
    // when
    JobRun run = JobRun.of(command, "--help");

    // then
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("Examples:", "--output-path", "--output_path");
  }

  private Manifest trained(Path rows, String name) throws IOException {
    Path models = folder.resolve("models-" + name);
    JobRun run =
        JobRun.of(
            "train",
            "--recipe",
            "book",
            "--input-path",
            rows.toString(),
            "--output-path",
            folder.resolve(name).toString(),
            "--model-path",
            models.toString());
    assertThat(run.complaint()).isEmpty();
    Path bank = models.resolve("bank");
    BundleVersion version =
        BundleVersion.fromPointerJson(Files.readAllBytes(bank.resolve("current.json")));
    return Bundle.verify(bank.resolve(version.text()));
  }

  private Path generated(int rows) {
    Path table = folder.resolve("rows");
    JobRun run =
        JobRun.of("generate", "--rows", String.valueOf(rows), "--output-path", table.toString());
    assertThat(run.complaint()).isEmpty();
    return table;
  }

  private static List<String> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }
}
