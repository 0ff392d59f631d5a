package io.escala.spark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BadRowsTest {
  private static final String HEADER =
      "age,job,marital,education,default,balance,housing,loan,contact,day,month,duration,campaign,"
          + "pdays,previous,poutcome,deposit";
  private static final String SOUND =
      "59,admin.,married,secondary,no,2343,yes,no,unknown,5,may,1042,1,-1,0,unknown,yes";
  private static final String OLD = SOUND.replace("59,", "200,");
  private static final String AGE = "is not a whole number from 10 to 120, or nothing";

  @TempDir Path folder;

  @Test
  void shouldNameTheFirstFiveInTheOrderOfFilesAndLinesAndCountAll() throws IOException {
    // given: packed, with a byte order mark, CRLF, blank lines, quotes, and the same bad line twice
    Files.createDirectory(folder.resolve("in"));
    String bad = SOUND.replace("admin.", "\"chief, \"\"acting\"\"\"").replace("59,", "200,");
    packed("in/a.csv.gz", "\uFEFF" + HEADER, "", SOUND, bad, SOUND, bad, "a,b");
    Files.writeString(
        folder.resolve("in/b.csv"),
        String.join("\r\n", HEADER, SOUND, SOUND.replace(",may,", ",mai,"), OLD, OLD, ""));

    // when
    JobRun run = prepare("in");

    // then
    String a = "error: " + folder.resolve("in/a.csv.gz") + ", line ";
    String b = "error: " + folder.resolve("in/b.csv") + ", line ";
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.complaint().lines())
        .containsExactly(
            a + "4, column age: '200' " + AGE,
            a + "6, column age: '200' " + AGE,
            a + "7, the row has 2 cells, but the header has 17 columns",
            b
                + "3, column month: 'mai' is not one of jan, feb, mar, apr, may, jun, jul, aug, sep,"
                + " oct, nov, dec, or nothing",
            b + "4, column age: '200' " + AGE,
            "error: "
                + folder.resolve("in")
                + ": 6 of 9 rows break the data contract (66.67 %), the first is: "
                + folder.resolve("in/a.csv.gz")
                + ", line 4, column age: '200' "
                + AGE);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void shouldCountLinesAcrossTheBlocksThatSparkCutsAFileInto() throws IOException {
    // given
    List<String> lines = new ArrayList<>(Collections.nCopies(1000, SOUND));
    lines.set(0, HEADER);
    lines.set(500, OLD);
    lines.set(900, OLD);
    file("bank.csv", lines.toArray(String[]::new));
    String before = TestSpark.session().conf().get("spark.sql.files.maxPartitionBytes");
    TestSpark.session().conf().set("spark.sql.files.maxPartitionBytes", "10000");
    try {
      // when
      JobRun failed = prepare("bank.csv");
      JobRun run = prepare("bank.csv", "--bad-rows", "quarantine");

      // then
      assertThat(failed.complaint()).contains("line 501, ", "line 901, ");
      assertThat(run.complaint()).isEmpty();
      assertThat(aside().stream().map(r -> r.<Long>getAs("line"))).containsExactly(501L, 901L);
    } finally {
      TestSpark.session().conf().set("spark.sql.files.maxPartitionBytes", before);
    }
  }

  @Test
  void shouldGoOnWithSoundRowsAndWriteOthersAsideWithReasonAndRow() throws IOException {
    // given
    String none = SOUND.replaceAll("yes$", "");
    file("bank.csv", HEADER, OLD, SOUND, none, SOUND.replace("admin.", "astronaut"), "a,b");

    // when
    JobRun run = prepare("bank.csv", "--bad-rows", "quarantine", "--max-bad-share", "60%");

    // then
    String bank = folder.resolve("bank.csv").toString();
    assertThat(run).extracting(JobRun::code, JobRun::complaint).containsExactly(0, "");
    assertThat(run.out().lines())
        .containsExactly(
            "rows     2",
            "bad      3 of 5 rows, written to " + folder.resolve("out.quarantine"),
            "         1: the row has 2 cells, but the header has 17 columns",
            "         1: column age " + AGE,
            "         1: column deposit is not a target; expected yes or no",
            "warning  1 row holds a job that the contract does not list (astronaut): kept",
            "table    " + folder.resolve("out"));
    assertThat(TestSpark.session().read().parquet(folder.resolve("out").toString()).count())
        .isEqualTo(2);
    assertThat(aside().stream().map(r -> r.mkString("|")))
        .containsExactly(
            "age|" + bank + "|2|" + AGE + "|" + OLD + "|200",
            "deposit|" + bank + "|4|is not a target; expected yes or no|" + none + "|null",
            "null|" + bank + "|6|the row has 2 cells, but the header has 17 columns|a,b|null");
  }

  @Test
  void shouldFailWithNothingWrittenWhenMoreRowsAreBadThanAllowed() throws IOException {
    file("bank.csv", HEADER, OLD, SOUND, SOUND);

    JobRun run = prepare("bank.csv", "--bad-rows", "quarantine", "--max-bad-share", "0.3");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.complaint()).contains("line 2, ", "(33.33 %, more than --max-bad-share 30 %)");
    assertThat(names()).containsExactly("bank.csv");
  }

  @Test
  void shouldReplaceAnEarlierQuarantineByAnEmptyOneWhenNoRowIsBad() throws IOException {
    file("bank.csv", HEADER, OLD, SOUND);
    prepare("bank.csv", "--bad-rows", "quarantine", "--max-bad-share", "1");
    assertThat(aside()).hasSize(1);
    file("bank.csv", HEADER, SOUND);

    JobRun run = prepare("bank.csv", "--bad-rows", "quarantine");

    assertThat(run.out()).doesNotContain("bad ");
    try (var files = Files.list(folder.resolve("out.quarantine"))) {
      assertThat(files.map(f -> f.getFileName().toString()).filter(f -> !f.startsWith(".")))
          .containsExactly("_SUCCESS");
    }
  }

  /** Which cells are numbers, for a whole number and for a number. */
  @Test
  void shouldReadNumbersAsAPersonWould() throws IOException {
    // given
    Map<String, Double> sound = new TreeMap<>();
    sound.put("17", 17.0);
    sound.put("+17", 17.0);
    sound.put(" 17 ", 17.0);
    sound.put("\"17\"", 17.0);
    Map<String, Double> soundAmounts = new TreeMap<>(sound);
    soundAmounts.put("-17.25", -17.25);
    soundAmounts.put("17.", 17.0);
    soundAmounts.put(".5", 0.5);
    soundAmounts.put("1e3", 1000.0);
    soundAmounts.put("1E-3", 0.001);
    List<String> bad =
        List.of(
            "17d",
            "17f",
            "0x1F",
            "0x1p3",
            "NaN",
            "Infinity",
            "-inf",
            "1e999",
            "\" 17\"",
            "1 7",
            "--17",
            "seven",
            "\"1,000\"",
            "99999999999");
    List<String> badWhole = new ArrayList<>(bad);
    badWhole.addAll(List.of("17.5", "17.0", "1e1", ".5"));
    List<String> lines = new ArrayList<>(List.of(HEADER));
    sound.keySet().forEach(c -> lines.add(SOUND.replace("59,", c + ",")));
    soundAmounts.keySet().forEach(c -> lines.add(SOUND.replace("2343", c)));
    badWhole.forEach(c -> lines.add(SOUND.replace("59,", c + ",")));
    bad.forEach(c -> lines.add(SOUND.replace("2343", c)));
    file("bank.csv", lines.toArray(String[]::new));

    // when
    prepare("bank.csv", "--bad-rows", "quarantine", "--max-bad-share", "1");

    // then
    List<Row> kept =
        TestSpark.session()
            .read()
            .parquet(folder.resolve("out").toString())
            .select("age", "balance")
            .collectAsList();
    assertThat(kept.subList(0, sound.size()).stream().map(r -> (double) r.getInt(0)))
        .containsExactlyElementsOf(sound.values());
    assertThat(kept.subList(sound.size(), kept.size()).stream().map(r -> r.getDouble(1)))
        .containsExactlyElementsOf(soundAmounts.values());
    List<Row> aside = aside();
    assertThat(aside).hasSize(badWhole.size() + bad.size());
    for (int i = 0; i < aside.size(); i++) {
      boolean whole = i < badWhole.size();
      String cell = whole ? badWhole.get(i) : bad.get(i - badWhole.size());
      assertThat(aside.get(i).<String>getAs("column"))
          .as(cell)
          .isEqualTo(whole ? "age" : "balance");
      assertThat(aside.get(i).<String>getAs("value")).isEqualTo(cell.replace("\"", ""));
    }
  }

  @Test
  void shouldCheckParquetToo() throws IOException {
    // given
    file("bank.csv", HEADER, SOUND, SOUND, SOUND);
    prepare("bank.csv");
    TestSpark.session()
        .read()
        .parquet(folder.resolve("out").toString())
        .selectExpr("* except (balance)", "double('NaN') as balance")
        .write()
        .parquet(folder.resolve("table").toString());

    // when
    JobRun run =
        JobRun.of(
            "prepare",
            "--input-path",
            folder.resolve("table").toString(),
            "--output-path",
            folder.resolve("again").toString());

    // then
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.complaint())
        .contains(
            ", row 1, column balance: 'NaN' is not a number from -100000000 to 1000000000, or"
                + " nothing",
            "3 of 3 rows break the data contract (100 %)");
  }

  @Test
  void shouldTrainOnTheSoundRowsAsIfTheOthersWereNotThere() throws IOException {
    // given
    String clean = folder.resolve("clean").toString();
    JobRun.of("generate", "--rows", "500", "--output-path", clean);
    List<String> lines =
        new ArrayList<>(Files.readAllLines(folder.resolve("clean").resolve("part-00000.csv")));
    lines.add(100, "nonsense");
    lines.add(1, lines.get(1).replaceFirst("[0-9]+", "7"));
    file("dirty.csv", lines.toArray(String[]::new));

    // when
    JobRun expected = train(clean, "a", "--recipe", "book");
    JobRun run =
        train(
            folder.resolve("dirty.csv").toString(),
            "b",
            "--bad-rows",
            "quarantine",
            "--recipe",
            "book");

    // then
    assertThat(run.complaint()).isEmpty();
    assertThat(run.out().lines().limit(3)).isEqualTo(expected.out().lines().limit(3).toList());
    assertThat(run.out()).contains("bad      2 of 502 rows, written to ");
    assertThat(Files.readString(folder.resolve("b").resolve("metrics.json")))
        .isEqualTo(Files.readString(folder.resolve("a").resolve("metrics.json")));
    assertThat(folder.resolve("b.quarantine")).exists();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--max-bad-share 2",
        "--max-bad-share 200%",
        "--max-bad-share few",
        "--bad-rows ignore",
        "--quarantine-path q"
      })
  void shouldExitWith2OnWrongUsage(String options) throws IOException {
    file("bank.csv", HEADER, SOUND);

    JobRun run = prepare("bank.csv", options.split(" ", -1));

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains(options.split(" ", -1)[0]).doesNotContain("\tat ");
  }

  private JobRun train(String input, String output, String... options) {
    List<String> command = new ArrayList<>(List.of("train", "--input-path", input));
    command.addAll(List.of("--output-path", folder.resolve(output).toString()));
    command.addAll(List.of(options));
    return JobRun.of(command.toArray(String[]::new));
  }

  private JobRun prepare(String input, String... options) {
    List<String> command =
        new ArrayList<>(List.of("prepare", "--input-path", folder.resolve(input).toString()));
    command.addAll(List.of("--output-path", folder.resolve("out").toString()));
    command.addAll(List.of(options));
    return JobRun.of(command.toArray(String[]::new));
  }

  /** The quarantine, columns in the order of their names. */
  private List<Row> aside() {
    return TestSpark.session()
        .read()
        .schema("column string, file string, line bigint, reason string, row string, value string")
        .json(folder.resolve("out.quarantine").toString())
        .orderBy("file", "line")
        .collectAsList();
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  private void packed(String name, String... lines) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(name)))) {
      out.write((String.join("\n", lines) + "\n").getBytes(UTF_8));
    }
  }

  private void file(String name, String... lines) throws IOException {
    Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n", UTF_8);
  }
}
