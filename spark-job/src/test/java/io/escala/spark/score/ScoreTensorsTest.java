package io.escala.spark.score;

import static org.assertj.core.api.Assertions.assertThat;

import io.escala.inference.Manifest;
import io.escala.spark.JobRun;
import io.escala.spark.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model whose input has 784 values a row, over its own golden rows. */
class ScoreTensorsTest {
  private static final Path MODEL = Path.of(System.getProperty("escala.root"), "models", "digits");
  private static final int PIXELS = 784;

  @TempDir Path folder;
  private List<Manifest.Golden> golden;

  @BeforeEach
  void readTheGoldenRows() throws IOException {
    try (Stream<Path> files = Files.walk(MODEL)) {
      Path manifest = files.filter(f -> f.endsWith(Manifest.FILE_NAME)).findFirst().orElseThrow();
      golden = Manifest.fromJson(Files.readAllBytes(manifest)).golden();
    }
  }

  @Test
  void shouldTakeArraysOfAnyNumbersAndAColumnForEachValue() throws IOException {
    // given
    Path json = json(golden.stream().map(ScoreTensorsTest::pixels).toList());
    Dataset<Row> whole = TestSpark.session().read().json(json.toString());
    Path csv = csv("pixels_", 0);
    Path fromOne = csv("pixel", 1);
    Path doubles = folder.resolve("doubles");
    whole
        .selectExpr("id", "cast(pixels as array<double>) as pixels")
        .write()
        .parquet(doubles.toString());
    Path octets = folder.resolve("shorts");
    whole
        .selectExpr("id", "cast(pixels as array<smallint>) as pixels")
        .write()
        .parquet(octets.toString());
    Path texts = folder.resolve("texts");
    whole
        .selectExpr("id", "cast(pixels as array<string>) as pixels")
        .write()
        .parquet(texts.toString());

    for (Path input : List.of(json, csv, doubles, octets, texts)) {
      // when
      JobRun run = score(input, "--keep", "id", "--batch-size", "3");

      // then
      assertThat(run.complaint()).as(input.toString()).isEmpty();
      assertThatItIsGolden();
    }
    JobRun named = score(fromOne, "--keep", "id", "--values", "pixels=pixel");
    assertThat(named.complaint()).isEmpty();
    assertThatItIsGolden();
  }

  @Test
  void shouldKeepTheColumnsThatAreWantedAsNumbers() throws IOException {
    // when
    JobRun some = score(csv("pixels_", 0), "--keep", "pixels_300,id");

    // then
    assertThat(some.complaint()).isEmpty();
    Dataset<Row> kept = table();
    assertThat(kept.columns()).containsExactly("id", "pixels_300", "label", "probability");
    assertThat(kept.schema().apply("pixels_300").dataType().simpleString()).isEqualTo("bigint");
    for (Row row : kept.collectAsList()) {
      int id = Integer.parseInt(row.getAs("id"));
      assertThat(row.<Long>getAs("pixels_300")).isEqualTo(pixels(golden.get(id)).get(300));
    }
    score(csv("pixels_", 0), "--keep", "-", "--format", "csv");
    assertThat(TestSpark.session().read().option("header", true).csv(out()).columns())
        .containsExactly("label", "probability");
    Path json = json(golden.stream().map(ScoreTensorsTest::pixels).toList());
    assertThat(score(json).complaint()).isEmpty();
    assertThat(table().columns()).containsExactly("id", "pixels", "label", "probability");
    assertThat(score(json, "--format", "csv").complaint())
        .endsWith(
            "column pixels: CSV cannot hold array<bigint>; choose --format parquet or json, or"
                + " leave it out with --keep");
  }

  @Test
  void shouldSayWhichValueOfWhichRowIsWrong() throws IOException {
    // given
    List<List<Object>> rows = new ArrayList<>();
    golden.forEach(g -> rows.add(new ArrayList<>(pixels(g))));
    rows.get(1).remove(0);
    rows.get(2).set(17, null);
    rows.get(3).set(18, 256);
    rows.get(4).set(19, 0.5);
    rows.set(5, null);
    Path json = json(rows);
    List<String> lines = new ArrayList<>(Files.readAllLines(csv("pixels_", 0)));
    lines.set(2, lines.get(2).replaceFirst("0", "dark"));
    lines.set(3, lines.get(3).replaceFirst(",0,0", ",0,"));
    Path csv = Files.write(folder.resolve("bad.csv"), lines);

    // when
    JobRun arrays = score(json);
    JobRun columns = score(csv);
    JobRun aside = score(json, "--bad-rows", "quarantine", "--max-bad-share", "0.5");

    // then
    assertThat(arrays.code()).isEqualTo(1);
    assertThat(arrays.complaint().lines().skip(1))
        .containsExactly(
            "error: " + json + ": pixels has 783 values, but must have 784",
            "error: " + json + ": pixels[17] is null, but must be a whole number from 0 to 255",
            "error: " + json + ": pixels[18] must be a whole number from 0 to 255, but is 256.0",
            "error: " + json + ": pixels[19] must be a whole number from 0 to 255, but is 0.5",
            "error: " + json + ": pixels is null, but must be an array of 784 values");
    assertThat(columns.complaint().lines().skip(1))
        .containsExactly(
            "error: "
                + csv
                + ", line 3: pixels_0 must be a whole number from 0 to 255, but is the string"
                + " \"dark\"",
            "error: "
                + csv
                + ", line 4: pixels_1 is null, but must be a whole number from 0 to 255");
    assertThat(aside.out()).contains("5 scored", "bad      5 in", "pixels 5");
    Dataset<Row> refused = TestSpark.session().read().json(out() + ".quarantine");
    assertThat(refused.filter("size(row.pixels) = 783").count()).isEqualTo(1);
  }

  @Test
  void shouldSayWhichColumnsAreMissingOrOfAnotherType() throws IOException {
    Path csv = csv("pixels_", 0);
    List<String> lines = new ArrayList<>(Files.readAllLines(csv));
    lines.set(0, lines.get(0).replace("pixels_7,", "dot,").replace("pixels_9,", "dash,"));
    Path holes = Files.write(folder.resolve("holes.csv"), lines);
    Path other = Files.write(folder.resolve("other.csv"), List.of("a,b", "1,2"));
    Path text = Files.write(folder.resolve("text.csv"), List.of("pixels", "1 2 3"));

    assertThat(score(holes).complaint())
        .startsWith(
            "error: "
                + holes
                + ", line 1: there is no column pixels_7, pixels_9, which model digits takes;");
    assertThat(score(other).complaint())
        .isEqualTo(
            "error: "
                + other
                + ", line 1: there is no column pixels (of arrays) or pixels_0 to pixels_783, which"
                + " model digits takes; the columns are a, b; --values says what columns of single"
                + " values are called; the first line must name the columns");
    assertThat(score(text).complaint())
        .isEqualTo(
            "error: "
                + text
                + ", line 1, column pixels: it is string, but the model takes an array of 784"
                + " values, each a whole number from 0 to 255, or a column for each of them");
    assertThat(score(csv, "--values", "dots=pixel").complaint())
        .contains("--values names dots, which is no input of model digits", "such are pixels");
    assertThat(score(csv, "--keep", "id,colour").complaint())
        .contains("there is no column colour, which --keep names; the columns are id, pixels_0,");
    assertThat(score(csv, "--keep", "id,,b").code()).isEqualTo(2);
  }

  @Test
  void shouldScoreFilesAsTheyLand() throws IOException {
    Path landing = Files.createDirectory(folder.resolve("landing"));
    Files.copy(
        json(golden.stream().map(ScoreTensorsTest::pixels).toList()), landing.resolve("a.json"));

    JobRun run = score(landing, "--stream", "--once", "--keep", "id");

    assertThat(run.complaint()).isEmpty();
    assertThatItIsGolden();
  }

  private void assertThatItIsGolden() {
    List<Row> rows =
        table().selectExpr("cast(id as int) as id", "label", "probability").collectAsList();
    assertThat(rows).hasSameSizeAs(golden);
    for (Row row : rows) {
      Manifest.Golden expected = golden.get(row.getInt(0));
      assertThat(row.getString(1)).isEqualTo(expected.label());
      assertThat(Math.abs(row.getDouble(2) - largest(expected.probabilities()))).isLessThan(1e-6);
    }
  }

  private static double largest(List<Double> probabilities) {
    return probabilities.stream().max(Double::compare).orElseThrow();
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
                out()));
    arguments.addAll(List.of(more));
    return JobRun.of(arguments.toArray(String[]::new));
  }

  private String out() {
    return folder.resolve("out").toString();
  }

  private Dataset<Row> table() {
    return TestSpark.session().read().parquet(out());
  }

  private static List<?> pixels(Manifest.Golden row) {
    return (List<?>) row.inputs().get("pixels");
  }

  private Path json(List<? extends List<?>> rows) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int id = 0; id < rows.size(); id++) {
      lines.add("{\"id\": " + id + ", \"pixels\": " + rows.get(id) + "}");
    }
    return Files.write(folder.resolve("digits.json"), lines);
  }

  private Path csv(String prefix, int first) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(
        "id,"
            + IntStream.range(first, first + PIXELS)
                .mapToObj(i -> prefix + i)
                .collect(Collectors.joining(",")));
    for (int id = 0; id < golden.size(); id++) {
      lines.add(
          id
              + ","
              + pixels(golden.get(id)).stream()
                  .map(String::valueOf)
                  .collect(Collectors.joining(",")));
    }
    return Files.write(folder.resolve(prefix + first + ".csv"), lines);
  }
}
