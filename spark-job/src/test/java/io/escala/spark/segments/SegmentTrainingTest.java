package io.escala.spark.segments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.escala.inference.Bundle;
import io.escala.inference.BundleFiles;
import io.escala.inference.BundleVersion;
import io.escala.inference.Manifest;
import io.escala.inference.Model;
import io.escala.inference.Predictions;
import io.escala.spark.JobRun;
import io.escala.spark.Mistake;
import io.escala.spark.TestSpark;
import io.escala.spark.evaluate.HeldOutMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmentTrainingTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  /** Makes a segment of more than 300 rows large, of chunks of 100. */
  private static final Sizes TINY = new Sizes(150, 300, 100, 1_000_000, 1_000);

  @TempDir Path folder;

  @Test
  void shouldListEverySegmentAndPublishAVerifiedModelForEachThatIsFitted() throws Exception {
    // given
    Path rows = write("rows", generated(1500), 1);

    // when
    JobRun run =
        JobRun.of(
            "train-segments",
            "--by",
            "marital,housing",
            "--input-path",
            rows.toString(),
            "--output-path",
            folder.resolve("out").toString(),
            "--min_rows",
            "90");

    // then
    assertThat(run).extracting(JobRun::code, JobRun::complaint).containsExactly(0, "");
    assertThat(run.out()).contains("rows      1500 in 6 segments", "held out", "ROC-AUC 0.");
    List<Row> summary = summary(folder.resolve("out"));
    assertThat(summary).hasSize(6);
    assertThat(summary.stream().mapToLong(r -> r.<Long>getAs("rows")).sum()).isEqualTo(1500);
    assertThat(summary).anyMatch(r -> r.getAs("status").equals("fitted"));
    for (Row row : summary) {
      if (row.<Long>getAs("rows") < 90) {
        assertThat(row.<String>getAs("status")).isEqualTo("too-small");
        assertThat(row.<String>getAs("reason")).contains("rows, but --min-rows is 90");
      } else {
        assertThat(row.<String>getAs("reason")).isNull();
        Manifest manifest = published(folder.resolve("out").resolve("models"), row);
        assertThat(manifest.version().text()).isEqualTo(row.getAs("version"));
        assertThat(manifest.metrics().get("rocAuc")).isEqualTo(row.<Double>getAs("rocAuc"));
        assertThat(manifest.ignored()).contains("marital", "housing", "duration");
        assertThat(manifest.provenance().parameters().get("segment"))
            .isEqualTo("{\"marital\":\"" + row.get(0) + "\",\"housing\":\"" + row.get(1) + "\"}");
        assertThat(manifest.provenance().rows()).hasValue(row.<Long>getAs("rows"));
        assertThat(row.<Double>getAs("brier")).isBetween(0.0, 0.25);
        assertThat(row.<Long>getAs("heldOutRows"))
            .isEqualTo(row.<Long>getAs("rows")); // small: each row is held out once
      }
    }
  }

  @Test
  void shouldGiveTheSameSummaryAndModelsHoweverTheRowsAreSpreadOverTasks() throws Exception {
    // given
    List<String> lines = generated(1500);
    Path one = write("one", lines, 1);
    Path seven = write("seven", shuffled(lines), 7);

    // when
    run(one, "a", new Sizes(250, 600, 100, 1_000_000, 1_000), 50);
    run(seven, "b", new Sizes(250, 600, 100, 60, 1_000), 50);

    // then
    List<Row> first = summary(folder.resolve("a"));
    assertThat(summary(folder.resolve("b"))).isEqualTo(first);
    assertThat(first.stream().map(r -> r.<String>getAs("evaluation")).distinct())
        .contains("held-out", "5-fold");
    assertThat(first).anyMatch(r -> r.<Long>getAs("rows") > 600);
    assertThat(hashes(folder.resolve("b").resolve("models")))
        .isEqualTo(hashes(folder.resolve("a").resolve("models")))
        .isNotEmpty();
  }

  @Test
  void shouldFitALargeSegmentInChunksAsItWouldWhole() throws Exception {
    // given
    Path rows = write("rows", generated(1500), 3);

    // when
    run(rows, "chunked", TINY, 50);
    run(rows, "whole", new Sizes(150, 1_000_000, 100, 1_000_000, 1_000), 50);

    // then
    List<Row> chunked = summary(folder.resolve("chunked"));
    List<Row> whole = summary(folder.resolve("whole"));
    assertThat(chunked).hasSameSizeAs(whole);
    for (int i = 0; i < whole.size(); i++) {
      for (String exact : List.of("marital", "rows", "positives", "status", "heldOutRows")) {
        assertThat(chunked.get(i).<Object>getAs(exact)).isEqualTo(whole.get(i).getAs(exact));
      }
      for (String near : List.of("rocAuc", "prAuc", "logLoss", "brier")) {
        assertThat(chunked.get(i).<Double>getAs(near))
            .isCloseTo(whole.get(i).getAs(near), within(1e-9));
      }
    }
  }

  @Test
  void shouldKeepOddSegmentValuesApart() throws Exception {
    // given
    List<String> jobs =
        List.of(
            "\"admin.\"",
            "\"Admin\"",
            "",
            "\"null\"",
            "\"学生\"",
            "\"😀\"",
            "\"a;b\"\"c\"",
            "\"" + "x".repeat(300) + "\"",
            "\"../up\"");
    List<String> rows = generated(9 * 120);
    for (int i = 1; i < rows.size(); i++) {
      String[] cells = rows.get(i).split(";", -1);
      cells[1] = jobs.get(i % jobs.size());
      rows.set(i, String.join(";", cells));
    }
    Path input = write("rows", rows, 1);

    // when
    JobRun run =
        JobRun.of(
            "train-segments",
            "--by",
            "job",
            "--input-path",
            input.toString(),
            "--output-path",
            folder.resolve("out").toString(),
            "--min-class-rows",
            "2");

    // then
    assertThat(run).extracting(JobRun::code, JobRun::complaint).containsExactly(0, "");
    List<Row> summary = summary(folder.resolve("out"));
    assertThat(summary).hasSize(9).allMatch(r -> r.<Long>getAs("rows") == 120);
    assertThat(summary).allMatch(r -> r.getAs("status").equals("fitted"));
    assertThat(summary.stream().map(r -> r.<String>getAs("job")))
        .contains((String) null, "null", "学生", "😀", "a;b\"c", "../up");
    assertThat(summary.stream().map(r -> r.<String>getAs("model")).distinct()).hasSize(9);
    for (Row row : summary) {
      published(folder.resolve("out").resolve("models"), row);
    }
    try (Stream<Path> all = Files.list(folder)) {
      assertThat(all.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder("g", "rows", "out");
    }
  }

  @Test
  void shouldKeepSegmentsApartThatDifferInWhichValueIsMissing() throws Exception {
    // given
    List<String> rows = generated(240);
    for (int i = 1; i < rows.size(); i++) {
      String[] cells = rows.get(i).split(";", -1);
      cells[1] = i % 2 == 0 ? "" : "\"same\"";
      cells[3] = i % 2 == 0 ? "\"same\"" : "";
      rows.set(i, String.join(";", cells));
    }
    Path input = write("rows", rows, 3);

    // when
    run(input, "out", Sizes.STANDARD, 50, List.of("job", "education"));

    // then
    assertThat(summary(folder.resolve("out")))
        .hasSize(2)
        .allMatch(r -> r.<Long>getAs("rows") == 120)
        .anyMatch(r -> r.getAs("job") == null && r.getAs("education").equals("same"))
        .anyMatch(r -> r.getAs("education") == null && r.getAs("job").equals("same"));
  }

  @Test
  void shouldSayWhyASegmentHasNoModel() throws Exception {
    // given
    List<String> rows = new ArrayList<>(generated(1).subList(0, 1));
    List<String> sound = generated(3000).stream().skip(1).toList();
    List<String> yes = sound.stream().filter(r -> r.endsWith("\"yes\"")).toList();
    List<String> no = sound.stream().filter(r -> r.endsWith("\"no\"")).toList();
    rows.addAll(as("never", no.subList(0, 60)));
    rows.addAll(as("always", yes.subList(0, 60)));
    rows.addAll(as("hardly", no.subList(60, 120)));
    rows.addAll(as("hardly", yes.subList(60, 62)));
    rows.addAll(as("few", no.subList(120, 130)));
    rows.addAll(as("few", yes.subList(70, 80)));
    rows.addAll(as("equal", no.subList(130, 200)));
    rows.addAll(as("equal", Collections.nCopies(10, yes.get(0))));
    rows.addAll(as("sound", no.subList(200, 300)));
    rows.addAll(as("sound", yes.subList(80, 110)));
    Path input = write("rows", rows, 1);

    // when
    run(input, "out", Sizes.STANDARD, 50, List.of("job"));

    // then
    Map<String, String> reasons = new HashMap<>();
    summary(folder.resolve("out"))
        .forEach(r -> reasons.put(r.getAs("job"), r.getAs("status") + ": " + r.getAs("reason")));
    assertThat(reasons)
        .containsEntry("never", "one-class: all of its 60 rows are no")
        .containsEntry("always", "one-class: all of its 60 rows are yes")
        .containsEntry("hardly", "too-small: of its 62 rows 2 are yes, but --min-class-rows is 5")
        .containsEntry("few", "too-small: it has 20 rows, but --min-rows is 50")
        .containsEntry(
            "equal", "one-class: too many of its rows are equal: without one fold all are no")
        .containsEntry("sound", "fitted: null")
        .hasSize(6);
  }

  @Test
  void shouldFailWhenNotOneSegmentGetsAModelButStillSayWhy() throws Exception {
    // given
    Path input = write("rows", generated(300), 1);
    Path models = Files.createFile(folder.resolve("a-file"));

    // when
    JobRun run =
        JobRun.of(
            "train-segments",
            "--by",
            "housing",
            "--input-path",
            input.toString(),
            "--output-path",
            folder.resolve("out").toString(),
            "--model-path",
            models.toString());

    // then
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.complaint())
        .contains("error: not one of 2 segments got a model (2 failed); the column reason of ")
        .doesNotContain("\tat ");
    assertThat(summary(folder.resolve("out")))
        .hasSize(2)
        .allMatch(r -> r.getAs("status").equals("failed") && r.getAs("reason") != null);
  }

  @Test
  void shouldRefuseTooManySegmentsWithTheirNumber() throws Exception {
    Path input = write("rows", generated(300), 1);

    assertThatThrownBy(() -> run(input, "out", new Sizes(150, 300, 100, 60, 5), 50, List.of("day")))
        .isInstanceOf(Mistake.class)
        .hasMessageMatching(
            "--by day makes \\d\\d segments of 300 rows, but at most 5 are fitted; choose fewer"
                + " columns, or columns with fewer values");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void shouldNameTheRowAtFaultAndLeaveNothing() throws Exception {
    // given
    List<String> rows = generated(300);
    rows.set(7, rows.get(7).replaceFirst("^\\d+", "old"));
    Path input = write("rows", rows, 1);

    // when
    JobRun run =
        JobRun.of(
            "train-segments",
            "--by",
            "job",
            "--input-path",
            input.toString(),
            "--output-path",
            folder.resolve("out").toString());

    // then
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.complaint()).contains("line 8", "column age", "'old'");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "'--by jobb', 'did you mean job?'",
    "'--by y', 'which is what the models predict'",
    "'--by label', 'which is what the models predict'",
    "'--by job,job', 'only once'",
    "'--by duration', 'known only once the call is over'",
    "'--by job --min-class-rows 1', 'must be at least 2'",
    "'--by job --regularization 0', 'must be greater than 0'",
    "'--by job --name a/b', 'must be 1 to 32 letters'",
    "'', '--by'"
  })
  void shouldExitWith2OnWrongUsage(String options, String said) {
    // given
    List<String> line = new ArrayList<>(List.of("train-segments", "--input-path", "a"));
    line.addAll(List.of("--output-path", "b"));
    if (!options.isEmpty()) {
      line.addAll(List.of(options.split(" ", -1)));
    }

    // when
    JobRun run = JobRun.of(line.toArray(String[]::new));

    // then
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains(said).doesNotContain("\tat ");
  }

  @Test
  void shouldScoreEveryRowThroughOnnxAsTheFitDoes() throws Exception {
    // given
    SegmentPlan plan =
        new SegmentPlan(
            List.of("education"),
            List.of("job", "day", "contact"),
            List.of("age", "balance", "pdays"),
            List.of("duration"),
            2,
            2,
            1,
            "bank",
            folder.toUri().toString(),
            NOW,
            1,
            "data",
            "0".repeat(64),
            "abc",
            "4.1");
    Random random = new Random(7);
    EncodedRows.Builder builder = new EncodedRows.Builder(3, 3);
    for (int i = 0; i < 500; i++) {
      String job = List.of("admin.", "学生", "😀", "", "retired").get(random.nextInt(5));
      String day = random.nextInt(9) == 0 ? null : String.valueOf(1 + random.nextInt(31));
      double age = random.nextInt(9) == 0 ? Double.NaN : 18 + random.nextInt(60);
      builder.add(
          new String[] {job, day, null},
          new double[] {age, random.nextGaussian() * 3000, -1},
          random.nextInt(4) == 0 ? 1 : 0,
          random.nextLong());
    }
    EncodedRows rows = builder.build();
    RowBlocks blocks = new OneBlock(rows);
    ColumnSummary summary =
        ColumnSummary.merged(List.of(ColumnSummary.of(rows, Split.everything())));
    LogisticFit fit = LogisticFit.of(blocks, Split.everything(), summary, 1);

    // when
    var bundle =
        new SegmentBundle(plan, fit)
            .of(new SegmentKey(plan.by(), List.of("tertiary")), 500, "none", Map.of(), rows);
    bundle.verify();
    bundle.publishAgain(
        TestSpark.session().sparkContext().hadoopConfiguration(),
        new org.apache.hadoop.fs.Path(plan.models()));

    // then
    assertThat(bundle.manifest().ignored())
        .containsExactly("education", "duration", "contact", "pdays");
    Scores expected = fit.heldOut(rows, (block, row) -> false);
    Path home =
        folder.resolve(bundle.manifest().name()).resolve(bundle.manifest().version().text());
    try (Model model = Bundle.open(BundleFiles.of(home))) {
      Predictions said =
          model.predict(IntStream.range(0, 500).mapToObj(row -> inputs(rows, row)).toList());
      for (int row = 0; row < 500; row++) {
        assertThat(said.probability(row, 1)).isCloseTo(expected.probability(row), within(1e-12));
      }
    }
  }

  private static Map<String, Object> inputs(EncodedRows rows, int row) {
    Map<String, Object> inputs = new HashMap<>();
    inputs.put("job", rows.text(0, row));
    inputs.put("day", rows.text(1, row) == null ? null : Long.valueOf(rows.text(1, row)));
    inputs.put("age", Double.isNaN(rows.measure(0, row)) ? null : rows.measure(0, row));
    inputs.put("balance", rows.measure(1, row));
    return inputs;
  }

  private record OneBlock(EncodedRows rows) implements RowBlocks {
    @Override
    public <T> List<T> map(Work<T> work) {
      return List.of(work.of(rows));
    }

    @Override
    public java.util.Iterator<HeldOutMetrics.Scored> byFallingProbability(Work<Scores> scoring) {
      return scoring.of(rows).byFallingProbability();
    }
  }

  private void run(Path input, String output, Sizes sizes, long minRows) throws IOException {
    run(input, output, sizes, minRows, List.of("marital"));
  }

  private void run(Path input, String output, Sizes sizes, long minRows, List<String> by)
      throws IOException {
    String to = folder.resolve(output).toString();
    new SegmentTraining(TestSpark.session(), Clock.fixed(NOW, ZoneOffset.UTC), sizes)
        .run(
            new SegmentTraining.Request(
                by, input.toString(), to, to + "/models", "bank", minRows, 5, 1, 100, false, "abc"),
            "parquet",
            (table, path) -> table.write().parquet(path.toString()));
  }

  private List<String> generated(int rows) throws IOException {
    Path table = folder.resolve("g");
    JobRun run =
        JobRun.of("generate", "--rows", String.valueOf(rows), "--output-path", table.toString());
    assertThat(run.complaint()).isEmpty();
    return new ArrayList<>(Files.readAllLines(table.resolve("part-00000.csv")));
  }

  private static List<String> as(String job, List<String> rows) {
    return rows.stream().map(r -> r.replaceFirst(";\"[^\"]*\"", ";\"" + job + "\"")).toList();
  }

  private static List<String> shuffled(List<String> lines) {
    List<String> rows = new ArrayList<>(lines.subList(1, lines.size()));
    Collections.shuffle(rows, new Random(3));
    rows.add(0, lines.get(0));
    return rows;
  }

  private Path write(String name, List<String> lines, int files) throws IOException {
    Path to = Files.createDirectory(folder.resolve(name));
    for (int file = 0; file < files; file++) {
      List<String> part = new ArrayList<>(lines.subList(0, 1));
      for (int i = 1 + file; i < lines.size(); i += files) {
        part.add(lines.get(i));
      }
      Files.write(to.resolve("part-" + file + ".csv"), part);
    }
    return to;
  }

  private static List<Row> summary(Path output) {
    return TestSpark.session()
        .read()
        .parquet(output.resolve("segments.parquet").toString())
        .collectAsList();
  }

  private static Manifest published(Path models, Row row) throws IOException {
    Path home = models.resolve(row.<String>getAs("model"));
    BundleVersion current =
        BundleVersion.fromPointerJson(Files.readAllBytes(home.resolve(Manifest.POINTER_FILE)));
    return Bundle.verify(home.resolve(current.text()));
  }

  private static Map<String, String> hashes(Path models) throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> found = Files.list(models)) {
      for (Path home : found.toList()) {
        hashes.put(
            home.getFileName().toString(), Files.readString(home.resolve(Manifest.POINTER_FILE)));
      }
    }
    return hashes;
  }
}
