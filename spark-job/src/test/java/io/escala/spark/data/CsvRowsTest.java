package io.escala.spark.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.escala.spark.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines are read in two ways; this holds both to Spark's own reader. */
final class CsvRowsTest {
  private static final String HEADER =
      "age;job;marital;education;default;balance;housing;loan;contact;day;month;duration;campaign;"
          + "pdays;previous;poutcome;y";
  private static final String PLAIN =
      "58;management;married;tertiary;no;2143;yes;no;unknown;5;may;261;1;-1;0;unknown;no";

  @TempDir Path folder;

  @Test
  void shouldReadWhatSparksReaderReads() throws IOException {
    // given
    List<String> lines =
        List.of(
            PLAIN,
            PLAIN.replace("management", "\"management\""),
            PLAIN.replace("management", "\"a \"\"b\"\"; c\""),
            PLAIN.replace("management", "Büro 学生 😀"),
            PLAIN.replace("management", "\"Büro; 学生\""),
            PLAIN.replace("management", "  blue collar  "),
            PLAIN.replace("management", "\"\""),
            PLAIN.replace("management", ""),
            PLAIN.replace("management", "a\"b"),
            PLAIN.replace("management", "a\\b"),
            PLAIN.replace("58;", "\"58\";"),
            PLAIN.replace("58;", " 58 ;"),
            PLAIN.replace("58;", "+58;"),
            PLAIN.replace("58;", "0000000000058;"),
            PLAIN.replace("58;", ";"),
            PLAIN.replace("58;", "\"\";"),
            PLAIN.replace("2143", "2143.5"),
            PLAIN.replace("2143", "-2143.125"),
            PLAIN.replace("2143", "-0.0"),
            PLAIN.replace("2143", "0.1"),
            PLAIN.replace("2143", "123.456789012345678"),
            PLAIN.replace("2143", "2.5e3"),
            PLAIN.replace("2143", ".5"),
            PLAIN.replace("2143", "5."),
            PLAIN.replace("2143", "+7"),
            PLAIN.replace("2143", ""),
            PLAIN.replace(";no;unknown;5", ";no;;5").replace("no;2143", "\"no\";\"2143\""));
    List<String> text = new ArrayList<>(List.of(HEADER));
    lines.forEach(line -> text.addAll(List.of(line, "", "   ")));
    Path file = Files.writeString(folder.resolve("odd.csv"), String.join("\r\n", text));

    // when
    List<Row> rows = read(file).select("age", "job", "balance", "contact", "label").collectAsList();

    // then
    List<Row> expected =
        TestSpark.session()
            .read()
            .option("header", true)
            .option("sep", ";")
            .option("escape", "\"")
            .option("ignoreLeadingWhiteSpace", true)
            .option("ignoreTrailingWhiteSpace", true)
            .schema(BankColumns.schema("y"))
            .csv(file.toString())
            .selectExpr("age", "job", "balance", "contact", "int(y = 'yes')")
            .collectAsList();
    assertThat(rows).hasSameSizeAs(lines).isEqualTo(expected);
    assertThat(read(file).filter(BankRows.FAULT + " is not null").count()).isZero();
  }

  @Test
  void shouldMarkWhatBreaksTheContractHoweverTheLineIsWritten() throws IOException {
    // given
    List<String> faulty =
        List.of(
            PLAIN.replace("58;", "old;"),
            PLAIN.replace("58;", "5;"),
            PLAIN.replace("58;", "58.0;"),
            PLAIN.replace("58;", "9999999999;"),
            PLAIN.replace("58;", "\" 58\";"),
            PLAIN.replace("2143", "0x1p3"),
            PLAIN.replace("2143", "5d"),
            PLAIN.replace("2143", "NaN"),
            PLAIN.replace("2143", "1,5"),
            PLAIN.replace("2143", "1e300"),
            PLAIN.replace("2143;yes", "2143;maybe"),
            PLAIN.replace("2143;yes", "2143;\"y\"\"es\""),
            PLAIN.replace(";unknown;no", ";unknown;maybe"),
            PLAIN.replace(";unknown;no", ";unknown;"),
            PLAIN + ";1",
            "58;management",
            "\"58;" + PLAIN.substring(3));
    List<String> text = new ArrayList<>(List.of(HEADER));
    text.addAll(faulty);
    text.add(PLAIN.replace("may", "june"));
    text.add(PLAIN.replace("may", "\"ju\"\"ne\""));
    text.add(PLAIN.replace("may", "june").replace("58;", "5;"));
    Path file = Files.writeString(folder.resolve("bad.csv"), String.join("\n", text));

    // when
    List<Row> faults = read(file).select(BankRows.FAULT).collectAsList();

    // then
    List<Row> expected = new ArrayList<>();
    faulty.forEach(line -> expected.add(RowFactory.create(1)));
    expected.addAll(List.of(RowFactory.create(2), RowFactory.create(2), RowFactory.create(1)));
    assertThat(faults).isEqualTo(expected);
  }

  @Test
  void shouldLeaveOutTheHeaderOfEachFileAndNoOtherLine() throws IOException {
    // given
    Files.writeString(folder.resolve("a.csv"), HEADER + "\n" + PLAIN + "\n" + PLAIN);
    Files.writeString(folder.resolve("b.csv"), HEADER + "\n");
    Files.writeString(folder.resolve("c.csv"), HEADER + "\n" + PLAIN + "\n" + HEADER + "\n");

    // when
    List<Row> faults = read(folder).select(BankRows.FAULT).collectAsList();

    // then the repeated header is a row at fault
    assertThat(faults).hasSize(4);
    assertThat(faults.stream().filter(f -> !f.isNullAt(0))).hasSize(1);
  }

  private static Dataset<Row> read(Path path) throws IOException {
    var spark = TestSpark.session();
    return BankRows.read(
            spark, DataFiles.at(spark.sparkContext().hadoopConfiguration(), path.toString()))
        .rows();
  }
}
