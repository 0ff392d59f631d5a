package io.escala.spark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BadInputTest {
  private static final String HEADER =
      "age,job,marital,education,default,balance,housing,loan,contact,day,month,duration,campaign,"
          + "pdays,previous,poutcome,deposit";
  private static final String SOUND =
      "59,admin.,married,secondary,no,2343,yes,no,unknown,5,may,1042,1,-1,0,unknown,yes";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"prepare", "train"})
  void shouldNameFileLineColumnAndValueOfATextWhereANumberBelongs(String command)
      throws IOException {
    Path file = file("bank.csv", HEADER, SOUND, "", SOUND.replace("59,", "old,"), SOUND);
    assertRefused(
        command,
        file,
        file + ", line 4, column age: 'old' is not a whole number from 10 to 120, or nothing");
  }

  @Test
  void shouldTakeNoFractionForAWholeNumberAndNoNaNForANumber() throws IOException {
    Path fraction = file("a.csv", HEADER, SOUND.replace("59,", "59.5,"));
    assertRefused(
        "prepare",
        fraction,
        fraction + ", line 2, column age: '59.5' is not a whole number from 10 to 120, or nothing");
    Path nan = file("b.csv", HEADER, SOUND.replace("2343", "NaN"));
    assertRefused(
        "prepare",
        nan,
        nan
            + ", line 2, column balance: 'NaN' is not a number from -100000000 to 1000000000, or nothing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"prepare", "train"})
  void shouldTakeNoOtherTargetThanYesAndNo(String command) throws IOException {
    Path file =
        file(
            "bank.csv",
            HEADER,
            SOUND,
            SOUND.replace(",yes\n", ",maybe\n").replaceAll("yes$", "maybe"));
    assertRefused(
        command,
        file,
        file + ", line 3, column deposit: 'maybe' is not a target; expected yes or no");
  }

  @Test
  void shouldNotTakeAMissingTargetForANo() throws IOException {
    Path file = file("bank.csv", HEADER, SOUND.replaceAll("yes$", ""));
    assertRefused(
        "train",
        file,
        file + ", line 2, column deposit: nothing is not a target; expected yes or no");
  }

  @Test
  void shouldNameARowWithTooFewOrTooManyCells() throws IOException {
    Path few = file("few.csv", HEADER, SOUND, "59,admin.,married");
    assertRefused(
        "prepare", few, few + ", line 3, the row has 3 cells, but the header has 17 columns");
    Path many = file("many.csv", HEADER, SOUND + ",more");
    assertRefused(
        "prepare", many, many + ", line 2, the row has 18 cells, but the header has 17 columns");
  }

  @Test
  void shouldNameTheColumnsThatAreMissing() throws IOException {
    Path file = file("bank.csv", HEADER.replace("balance", "saldo"), SOUND);
    assertThat(refusal("prepare", file))
        .startsWith(
            "error: " + file + ", line 1: column 'balance' not found in the header; expected")
        .endsWith("poutcome and y or deposit, separated by ; or ,");
    Path target = file("b.csv", HEADER.replace(",deposit", ""), SOUND);
    assertThat(refusal("train", target))
        .isEqualTo(
            "error: "
                + target
                + ", line 1: no target column in the header; expected one of 'y', 'deposit'");
  }

  @Test
  void shouldNameColumnsThatTheContractDoesNotKnow() throws IOException {
    Path file = file("bank.csv", HEADER + ",shoe", SOUND + ",42");
    assertThat(refusal("prepare", file))
        .startsWith(
            "error: " + file + ", line 1: unknown column 'shoe' in the header; expected age,");
  }

  @Test
  void shouldTellAnEmptyFileFromAHeaderWithoutRowsFromNoFileFromAnEmptyFolder() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.csv"));
    assertRefused("train", empty, empty + ": the file is empty; expected a header and rows");
    Path header = file("header.csv", HEADER);
    assertRefused("train", header, header + ": there is a header but no row below it");
    assertRefused("prepare", header, header + ": there is a header but no row below it");
    Path none = folder.resolve("none.csv");
    assertRefused("train", none, none + ": there is no such file or folder");
    Path without = Files.createDirectory(folder.resolve("without"));
    assertRefused(
        "train",
        without,
        without + ": the folder holds no data files; expected CSV or Parquet files");
  }

  @Test
  void shouldNameTheFileWithinAFolder() throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));
    file("data/a.csv", HEADER, SOUND);
    file("data/b.csv", HEADER, SOUND, SOUND.replace(",5,may", ",fifth,may"));
    assertRefused(
        "prepare",
        data,
        data.resolve("b.csv")
            + ", line 3, column day: 'fifth' is not a whole number from 1 to 31, or nothing");
    file("data/c.csv", HEADER.replace(',', ';'), SOUND.replace(',', ';'));
    assertThat(refusal("prepare", data))
        .startsWith(
            "error: " + data.resolve("c.csv") + ", line 1: the header is not that of a.csv");
  }

  @Test
  void shouldRefuseFilesThatAreNotATable() throws IOException {
    Path noise = folder.resolve("noise.csv");
    Files.write(noise, new byte[] {0, 1, 2, (byte) 0xff, 10, 13, 3});
    assertThat(refusal("train", noise)).startsWith("error: " + noise + ", line 1: columns 'age'");
    Path parquet = folder.resolve("table.parquet");
    Files.writeString(parquet, "PAR1 is all that is right about this file");
    assertRefused(
        "train",
        parquet,
        parquet + ": the file starts as Parquet does, but its end is missing; copy it again");
  }

  @Test
  void shouldRefuseALabelThatContradictsTheTarget() throws IOException {
    Path file = file("bank.csv", HEADER + ",label", SOUND + ",1", SOUND + ",0");
    assertRefused(
        "train",
        file,
        file
            + ", line 3, column label: '0' contradicts column deposit; expected 1 for yes and 0 for no");
  }

  @Test
  void shouldRefuseTooFewRowsToFitAndEvaluate() throws IOException {
    Path file = file("bank.csv", HEADER, SOUND, SOUND);
    assertThat(refusal("train", file)).contains(file + ": of ", "give more rows");
  }

  @Test
  void shouldRefuseAColumnWithoutAnyValue() throws IOException {
    String[] lines = new String[41];
    lines[0] = HEADER;
    for (int i = 1; i < lines.length; i++) {
      lines[i] = SOUND.replace("admin.", "").replaceAll("yes$", i % 2 == 0 ? "yes" : "no");
    }
    Path file = file("bank.csv", lines);
    assertRefused(
        "train", file, file + ", column job: no training row has a value; the model needs some");
  }

  @Test
  void shouldNotReplaceAFolderThatIsNoOutput() throws IOException {
    Path file = file("bank.csv", HEADER, SOUND);
    Path home = Files.createDirectory(folder.resolve("home"));
    Files.writeString(home.resolve("diary.txt"), "dear diary");

    JobRun run =
        JobRun.of("prepare", "--input-path", file.toString(), "--output-path", home.toString());

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.complaint()).startsWith("error: " + home + " is a folder that this job did not");
    assertThat(home.resolve("diary.txt")).exists();
  }

  @Test
  void shouldNotReplaceItsOwnInput() throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));
    file("data/a.csv", HEADER, SOUND);
    Files.createFile(data.resolve("_SUCCESS"));

    JobRun run =
        JobRun.of("prepare", "--input-path", data.toString(), "--output-path", data.toString());

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.complaint()).contains("would be replaced by the output");
    assertThat(data.resolve("a.csv")).exists();
  }

  @Test
  void shouldSayThatNothingKnowsAScheme() {
    JobRun run =
        JobRun.of("train", "--input-path", "gopher://a/b", "--output-path", folder.toString());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.complaint())
        .isEqualTo(
            "error: gopher://a/b: No FileSystem for scheme \"gopher\" in this Spark installation");
  }

  @Test
  void shouldLeaveAnEarlierOutputAloneWhenARunFails() throws IOException {
    // given
    Path good = file("good.csv", HEADER, SOUND);
    Path bad = file("bad.csv", HEADER, SOUND.replace("59,", "old,"));
    String output = folder.resolve("table").toString();
    JobRun.of("prepare", "--input-path", good.toString(), "--output-path", output);

    // when
    JobRun run = JobRun.of("prepare", "--input-path", bad.toString(), "--output-path", output);

    // then
    assertThat(run.code()).isEqualTo(1);
    assertThat(TestSpark.session().read().parquet(output).count()).isEqualTo(1);
    try (var files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("good.csv", "bad.csv", "table");
    }
  }

  private void assertRefused(String command, Path input, String message) {
    assertThat(refusal(command, input)).isEqualTo("error: " + message);
  }

  private String refusal(String command, Path input) {
    Path output = folder.resolve("out");
    JobRun run =
        JobRun.of(command, "--input-path", input.toString(), "--output-path", output.toString());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(output.resolve("results.parquet")).doesNotExist();
    assertThat(output.resolve("models")).doesNotExist();
    assertThat(output.resolve("part-00000.parquet")).doesNotExist();
    return run.complaint();
  }

  private Path file(String name, String... lines) throws IOException {
    return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n", UTF_8);
  }
}
