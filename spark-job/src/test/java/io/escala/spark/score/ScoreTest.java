package io.escala.spark.score;

import static org.assertj.core.api.Assertions.assertThat;

import io.escala.spark.JobRun;
import io.escala.spark.TestSpark;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreTest {
  private static final Path MODEL = WineFiles.MODEL;

  @TempDir Path folder;
  private List<String> lines;

  @BeforeEach
  void read() throws IOException {
    try (BufferedReader text =
        new BufferedReader(
            new InputStreamReader(
                ScoreTable.class.getResourceAsStream("/io/escala/spark/wine/wine.csv"),
                StandardCharsets.UTF_8))) {
      lines = text.lines().toList();
    }
  }

  @Test
  void shouldAddLabelAndProbabilityAndKeepEveryColumnAndTheOrder() throws IOException {
    JobRun run = score(file("wine.csv", lines));

    assertThat(run.complaint()).isEmpty();
    assertThat(run.code()).isZero();
    Dataset<Row> table = table();
    assertThat(table.columns())
        .startsWith("alcohol", "malic_acid")
        .endsWith("proline", "target", "label", "probability");
    assertThat(table.schema().apply("alcohol").dataType().simpleString()).isEqualTo("double");
    assertThat(table.schema().apply("target").dataType().simpleString()).isEqualTo("string");
    List<Row> rows = table.collectAsList();
    assertThat(rows).hasSize(178);
    assertThat(rows.subList(0, 10).stream().map(r -> r.<String>getAs("label")))
        .containsExactly("0", "0", "0", "0", "2", "0", "0", "0", "0", "0");
    assertThat(rows.get(0).<Double>getAs("alcohol")).isEqualTo(14.23);
    assertThat(rows.stream().filter(r -> r.getAs("label").equals(r.getAs("target")))).hasSize(126);
    assertThat(rows).allMatch(r -> r.<Double>getAs("probability") > 0);
  }

  @Test
  void shouldGiveTheSameForSemicolonsJsonAndParquetAndAnyBatchSize() throws IOException {
    // given
    score(file("wine.csv", lines));
    List<String> expected = answers();
    Path csv = file("semi.csv", lines.stream().map(l -> l.replace(',', ';')).toList());
    Dataset<Row> typed = table().drop("label", "probability");
    typed.write().parquet(folder.resolve("parquet").toString());
    typed.write().json(folder.resolve("json").toString());

    for (Path input : List.of(csv, folder.resolve("parquet"), folder.resolve("json"))) {
      // when
      JobRun run = score(input, "--batch-size", "7");

      // then
      assertThat(run.complaint()).isEmpty();
      assertThat(answers()).as(input.toString()).isEqualTo(expected);
    }
  }

  @Test
  void shouldKeepAColumnThatIsCalledLabelUnderAnotherName() throws IOException {
    List<String> named = new ArrayList<>(lines);
    named.set(0, lines.get(0).replace("target", "label"));

    JobRun run = score(file("wine.csv", named));

    assertThat(run.complaint())
        .isEqualTo("warning: the input has a column label; it is called input_label in the output");
    assertThat(table().columns()).endsWith("proline", "input_label", "label", "probability");
    assertThat(table().filter("input_label = label").count()).isEqualTo(126);
  }

  @Test
  void shouldNameTheFirstFiveRowsAtFaultWithTheirLinesAndWriteNothing() throws IOException {
    // given
    List<String> bad = new ArrayList<>(lines);
    bad.set(3, lines.get(3).replaceFirst("^[^,]*", "strong"));
    bad.set(5, lines.get(5).replaceFirst("^[^,]*", ""));
    bad.set(8, "1,2,3");
    bad.set(9, lines.get(9).replaceFirst("^[^,]*", "NaN"));
    bad.set(10, lines.get(10).replaceFirst("^[^,]*", "1e999"));
    bad.set(11, lines.get(11).replaceFirst("^[^,]*", "5d"));
    Path file = file("wine.csv", bad);

    // when
    JobRun run = score(file);

    // then
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.complaint().lines())
        .containsExactly(
            "error: "
                + file
                + ": 6 of 178 rows cannot be scored; nothing was written (--bad-rows quarantine sets"
                + " them aside); the first are",
            "error: " + file + ", line 4: alcohol must be a number, but is the string \"strong\"",
            "error: " + file + ", line 6: alcohol is null, but must be a number",
            "error: "
                + file
                + ", line 9: the line is not a row of the table: it has 3 cells, but the header has"
                + " 14 columns",
            "error: " + file + ", line 10: alcohol must be a number, but is the string \"NaN\"",
            "error: " + file + ", line 11: alcohol must be a number, but is Infinity");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(p -> p.getFileName().toString())).containsExactly("wine.csv");
    }
  }

  @Test
  void shouldSetRowsAtFaultAsideWithReasonsAndCounts() throws IOException {
    // given
    List<String> bad = new ArrayList<>(lines);
    bad.set(3, lines.get(3).replaceFirst("^[^,]*", "strong"));
    bad.set(8, lines.get(8).replaceFirst("^[^,]*", ""));
    Path file = file("wine.csv", bad);

    // when
    JobRun tooMany = score(file, "--bad-rows", "quarantine", "--max-bad-share", "0.01");
    JobRun run = score(file, "--bad-rows", "quarantine", "--max-bad-share", "0.02");

    // then
    assertThat(tooMany.code()).isEqualTo(1);
    assertThat(tooMany.complaint()).contains("they are more than --max-bad-share 0.01 allows");
    assertThat(run.complaint()).isEmpty();
    assertThat(run.out()).contains("176 scored", "bad      2 in", "alcohol 2");
    assertThat(table().count()).isEqualTo(176);
    List<Row> aside =
        TestSpark.session()
            .read()
            .json(folder.resolve("out.quarantine").toString())
            .collectAsList();
    assertThat(aside).hasSize(2);
    assertThat(aside.get(0).<String>getAs("reason"))
        .isEqualTo("alcohol must be a number, but is the string \"strong\"");
    assertThat(aside.get(0).<Row>getAs("row").<String>getAs("alcohol")).isEqualTo("strong");
    assertThat(aside.get(1).<String>getAs("reason"))
        .isEqualTo("alcohol is null, but must be a number");
  }

  @Test
  void shouldRemoveWhatAnEarlierRunSetAside() throws IOException {
    List<String> bad = new ArrayList<>(lines);
    bad.set(3, lines.get(3).replaceFirst("^[^,]*", "strong"));
    score(file("wine.csv", bad), "--bad-rows", "quarantine");
    assertThat(folder.resolve("out.quarantine")).exists();

    score(file("wine.csv", lines), "--bad-rows", "quarantine");

    assertThat(folder.resolve("out.quarantine")).doesNotExist();
  }

  @Test
  void shouldSayWhatIsMissingOrOfAnotherType() throws IOException {
    Path raw = file("raw.csv", List.of("178,13,class_0,class_1,class_2", lines.get(1)));
    assertThat(score(raw).complaint())
        .startsWith("error: " + raw + ", line 1: there is no column alcohol, malic_acid,")
        .endsWith(
            "which model wine takes; the columns are 178, 13, class_0, class_1, class_2; the first"
                + " line must name the columns");
    TestSpark.session()
        .sql("select true as alcohol")
        .write()
        .parquet(folder.resolve("typed").toString());
    assertThat(score(folder.resolve("typed")).complaint())
        .contains("there is no column malic_acid");
    Path array = file("a.json", List.of("[{\"alcohol\": 1}]"));
    assertThat(score(array).complaint())
        .isEqualTo(
            "error: " + array + ", line 1: it is a JSON array; expected one JSON object a line");
    Path header = file("header.csv", lines.subList(0, 1));
    assertThat(score(header).complaint())
        .isEqualTo("error: " + header + ": there is no row to score");
    JobRun none =
        JobRun.of(
            "score",
            "--input-path",
            file("wine.csv", lines).toString(),
            "--model-path",
            folder.toString(),
            "--output-path",
            folder.resolve("out").toString());
    assertThat(none.complaint()).contains("there is neither manifest.json nor current.json");
  }

  @Test
  void shouldRefuseWrongUsage() {
    assertThat(score(folder, "--batch-size", "0").code()).isEqualTo(2);
    assertThat(score(folder, "--once").complaint()).contains("--once belongs to --stream");
    assertThat(score(folder, "--max-bad-share", "7").code()).isEqualTo(2);
  }

  private JobRun score(Path input, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "score",
                "--input-path",
                input.toString(),
                "--model-path",
                MODEL.toString(),
                "--output-path",
                folder.resolve("out").toString()));
    arguments.addAll(List.of(more));
    return JobRun.of(arguments.toArray(String[]::new));
  }

  private Dataset<Row> table() {
    return TestSpark.session().read().parquet(folder.resolve("out").toString());
  }

  private List<String> answers() {
    return table()
        .selectExpr(
            "concat_ws(' ', alcohol, proline, target, label, round(probability, 9)) as answer")
        .sort("answer")
        .collectAsList()
        .stream()
        .map(r -> r.getString(0))
        .toList();
  }

  private Path file(String name, List<String> content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }
}
